// SPDX-License-Identifier: Apache-2.0
// Inmates on arm64: where they lie, and the Image that brings them there.
#include "plugins/xen/image.hpp"

#include <elf.h>

#include <cstring>

#include "planner.hpp"
#include "plugins/xen/files.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;

constexpr std::uint64_t memory = 64U << 20;

// The inmate's file; place and wrap go through it as the plan and create do.
class Inmate : public testing::Test {
  protected:
    BootPart::Raw place(const std::string& bytes, std::optional<std::uint64_t> load = {},
                        std::optional<std::uint64_t> entry = {}) {
        fd_ = memory_file("inmate", bytes);
        image_ = {"inmate", fd_.get(), bytes.size()};
        return place_inmate(image_, load, entry, memory);
    }
    std::string refused(const std::string& bytes, std::optional<std::uint64_t> load = {},
                        std::optional<std::uint64_t> entry = {}) {
        return refusal([&] { place(bytes, load, entry); });
    }
    std::string wrapped(const BootPart::Raw& where) {
        const runphi::sdk::UniqueFd out = wrap_inmate(image_, where);
        return *read_if_there("/proc/self/fd/" + std::to_string(out.get()), 64U << 20);
    }

    runphi::sdk::UniqueFd fd_;
    runphi::sdk::Image image_;
};

std::uint32_t word_at(const std::string& bytes, std::size_t offset) {
    std::uint32_t out = 0;
    std::memcpy(&out, bytes.data() + offset, sizeof out);
    return out;
}

std::string elf_with(std::uint64_t address, const std::string& content) {
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_machine = EM_AARCH64;
    header.e_entry = address + 4;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = 1;
    const Elf64_Phdr segment{PT_LOAD,
                             PF_R | PF_X,
                             sizeof header + sizeof segment,
                             0,
                             address,
                             content.size(),
                             content.size(),
                             1};
    return std::string(reinterpret_cast<const char*>(&header), sizeof header) +
           std::string(reinterpret_cast<const char*>(&segment), sizeof segment) + content;
}

TEST_F(Inmate, ARawOneLiesWhereQemuPutsIt) {
    const auto where = place("code");
    EXPECT_EQ(where.load, 0x40080000u);
    EXPECT_EQ(where.entry, 0x40080000u);
    const std::string image = wrapped(where);
    ASSERT_EQ(image.size(), 0x80000u + 4);
    EXPECT_EQ(image.substr(0x80000), "code");
    EXPECT_EQ(image.substr(56, 4), "ARM\x64");
    EXPECT_EQ(word_at(image, 0), 0x14000000u + 0x80000 / 4);  // b . + 0x80000
    EXPECT_EQ(word_at(image, 8), 0u);                         // text_offset
    EXPECT_EQ(word_at(image, 16), image.size());              // image_size
}

TEST_F(Inmate, ItsAddressesAreHeeded) {
    const auto where = place("12345678", 0x40000040, 0x40000044);
    const std::string image = wrapped(where);
    EXPECT_EQ(image.substr(64), "12345678");
    EXPECT_EQ(word_at(image, 0), 0x14000000u + 17);
}

TEST_F(Inmate, AnElfFileGoesWhereItSays) {
    const auto where = place(elf_with(0x40200000, "codecode"));
    EXPECT_EQ(where.load, 0x40200000u);
    EXPECT_EQ(where.entry, 0x40200004u);
    EXPECT_EQ(wrapped(where).substr(0x200000), "codecode");
}

TEST_F(Inmate, WhatIsNotInTheMemoryIsRefused) {
    EXPECT_HAS(refused("code", 0x40000000), "without a header of 64 bytes");
    EXPECT_HAS(refused("code", 0), "the inmate lies from 0x0");
    EXPECT_HAS(refused("code", 0x44000000 - 2), "0x44000000");
    EXPECT_HAS(refused("code", UINT64_MAX), "");
    EXPECT_HAS(refused("code", 0x40080000, 0x40080004), "is not an instruction of the inmate");
    EXPECT_HAS(refused("code", 0x40080000, 0x40080002), "is not an instruction of the inmate");
    EXPECT_HAS(refused(""), "empty");
    EXPECT_HAS(refused(elf_with(0x10, "code")), "the inmate lies from 0x10");
}

TEST(InmatePlan, AnImageIsTakenAsItIs) {
    Planner planner;
    Wish wish;
    wish.kind = "inmate";
    EXPECT_FALSE(planner.domain(wish, arm64_image()).boot.raw);
    EXPECT_TRUE(planner.domain(wish, arm64_image()).comm.vuart);
    EXPECT_FALSE(planner.domain(wish, arm64_image()).comm.agent);
    EXPECT_EQ(planner.domain(wish, "code").boot.raw->load, 0x40080000u);
    wish.boot_extra = R"(,"load_address":1074266112)";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "which has its own");
}

}  // namespace
}  // namespace xen_test
