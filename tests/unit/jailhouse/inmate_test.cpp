// SPDX-License-Identifier: Apache-2.0
#include "plugins/common/inmate.hpp"

#include <elf.h>
#include <fcntl.h>

#include <cstring>

#include "support/folder.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace runphi::common;

class InmateFile : public testing::Test {
  protected:
    Inmate read(const std::string& bytes, std::optional<std::uint64_t> load = {},
                std::optional<std::uint64_t> entry = {}) {
        const runphi::sdk::UniqueFd fd(
            ::open(folder_.write("inmate", bytes).c_str(), O_RDONLY | O_CLOEXEC));
        return read_inmate(fd.get(), bytes.size(), "aarch64", load, entry);
    }
    std::string refused(const std::string& bytes, std::optional<std::uint64_t> load = {}) {
        return refusal([&] { read(bytes, load); });
    }

    // An ELF file with two segments, of which the second comes first in memory.
    struct Elf {
        Elf64_Ehdr header{};
        Elf64_Phdr segments[2] = {};
        char content[32] = {};
    };
    static Elf elf() {
        Elf out;
        std::memcpy(out.header.e_ident, ELFMAG, SELFMAG);
        out.header.e_ident[EI_CLASS] = ELFCLASS64;
        out.header.e_ident[EI_DATA] = ELFDATA2LSB;
        out.header.e_machine = EM_AARCH64;
        out.header.e_entry = 0x1004;
        out.header.e_phoff = offsetof(Elf, segments);
        out.header.e_phentsize = sizeof(Elf64_Phdr);
        out.header.e_phnum = 2;
        constexpr std::uint64_t content = offsetof(Elf, content);
        out.segments[0] = {PT_LOAD, PF_R, content + 16, 0x2000, 0x2000, 16, 64, 1};
        out.segments[1] = {PT_LOAD, PF_R, content, 0x1000, 0x1000, 16, 16, 1};
        return out;
    }
    static std::string bytes(const Elf& file) {
        return {reinterpret_cast<const char*>(&file), sizeof file};
    }

  private:
    phi::test::Folder folder_;
};

TEST_F(InmateFile, RawGoesWhereItIsTold) {
    Inmate inmate = read("code");
    ASSERT_EQ(inmate.segments.size(), 1U);
    EXPECT_EQ(inmate.segments[0].target, 0U);
    EXPECT_EQ(inmate.segments[0].size, 4U);
    EXPECT_EQ(inmate.entry, 0U);
    inmate = read("code", 0x80000, 0x80002);
    EXPECT_EQ(inmate.segments[0].target, 0x80000U);
    EXPECT_EQ(inmate.entry, 0x80002U);
    EXPECT_EQ(read("code", 0x80000).entry, 0x80000U);
    EXPECT_EQ(refused(""), "the inmate's file is empty");
    EXPECT_EQ(refused("code", UINT64_MAX - 2), "the inmate wraps around");
}

TEST_F(InmateFile, ElfSaysWhereItGoes) {
    const Inmate inmate = read(bytes(elf()));
    ASSERT_EQ(inmate.segments.size(), 2U);
    EXPECT_EQ(inmate.segments[0].target, 0x1000U);
    EXPECT_EQ(inmate.segments[0].offset, offsetof(Elf, content));
    EXPECT_EQ(inmate.segments[1].target, 0x2000U);
    EXPECT_EQ(inmate.segments[1].size, 16U);
    EXPECT_EQ(inmate.entry, 0x1004U);
}

TEST_F(InmateFile, NumbersOfAnElfFileAreNotTrusted) {
    const std::string begin = "the inmate's ELF file: ";
    Elf file = elf();
    EXPECT_EQ(refused(bytes(file), 0x1000),
              begin + "it says itself where it is loaded: take the load address away");
    file.header.e_machine = EM_X86_64;
    EXPECT_EQ(refused(bytes(file)), begin + "it is not for aarch64");
    file = elf();
    file.header.e_ident[EI_CLASS] = ELFCLASS32;
    EXPECT_EQ(refused(bytes(file)), begin + "it is not a 64-bit little-endian one");
    file = elf();
    file.header.e_phnum = 65;
    EXPECT_EQ(refused(bytes(file)),
              begin + "65 program headers of 56 bytes; expected 1 to 64 of 56");
    file = elf();
    file.header.e_phoff = UINT64_MAX - 8;
    EXPECT_EQ(refused(bytes(file)), begin + "its program headers are not in the file");
    file = elf();
    file.segments[0].p_offset = UINT64_MAX;
    EXPECT_EQ(refused(bytes(file)), begin + "a segment is not in the file");
    file = elf();
    file.segments[0].p_paddr = UINT64_MAX - 8;
    EXPECT_EQ(refused(bytes(file)), begin + "a segment wraps around");
    file = elf();
    file.segments[1].p_paddr = 0x1ff1;
    EXPECT_EQ(refused(bytes(file)), begin + "two segments lie over each other");
    file = elf();
    file.segments[0].p_type = file.segments[1].p_type = PT_NOTE;
    EXPECT_EQ(refused(bytes(file)), begin + "it has nothing to load");
}

}  // namespace
}  // namespace jailhouse_test
