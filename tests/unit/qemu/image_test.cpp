// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "plugins/qemu/files.hpp"
#include "plugins/qemu/image_format.hpp"
#include "plugins/qemu/inmate_elf.hpp"

namespace runphi::qemu {
namespace {

ImageFormat format_of(std::string_view bytes) {
    const sdk::UniqueFd fd = sealed_memory("image", bytes);
    return image_format(fd.get(), bytes.size(), "image");
}

std::string elf(unsigned char machine, unsigned char bits) {
    std::string out =
        "\x7f"
        "ELF";
    out += static_cast<char>(bits);
    out.resize(64, '\0');
    out[18] = static_cast<char>(machine);
    return out;
}

void put32(std::string& bytes, std::size_t at, std::uint32_t value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

TEST(ImageFormat, TellsThemApart) {
    EXPECT_EQ(format_of(""), ImageFormat::raw);
    EXPECT_EQ(format_of("\x90\x90"), ImageFormat::raw);
    EXPECT_EQ(format_of(elf(183, 2)), ImageFormat::arm64_elf);
    EXPECT_EQ(format_of(elf(62, 2)), ImageFormat::other_elf) << "no PVH note";
    EXPECT_EQ(format_of(elf(40, 1)), ImageFormat::other_elf) << "32-bit ARM";
    EXPECT_EQ(format_of("\x1f\x8b\x08"), ImageFormat::gzip);
    std::string bzimage(1024, '\0');
    bzimage.replace(0x1fe, 8, "\x55\xaa\xeb\x66HdrS");
    EXPECT_EQ(format_of(bzimage), ImageFormat::bzimage);
    std::string image(64, '\0');
    image.replace(0x38, 4, "ARM\x64");
    EXPECT_EQ(format_of(image), ImageFormat::arm64_image);
}

TEST(ImageFormat, FindsMultibootOnlyWithItsChecksum) {
    std::string bytes(4096, '\0');
    put32(bytes, 512, 0x1BADB002);
    EXPECT_EQ(format_of(bytes), ImageFormat::raw);
    put32(bytes, 520, 0U - 0x1BADB002U);
    EXPECT_EQ(format_of(bytes), ImageFormat::multiboot);
    std::string wide = elf(62, 2);
    wide += bytes;
    EXPECT_EQ(format_of(wide), ImageFormat::other_elf) << "QEMU refuses it in 64-bit files";
}

TEST(ImageFormat, BearsHostileTables) {
    std::string bytes = elf(62, 2);
    put32(bytes, 32, 0xffffffffU);   // e_phoff, far behind the end
    bytes[54] = 56;                  // e_phentsize
    bytes[56] = bytes[57] = '\xff';  // e_phnum
    EXPECT_EQ(format_of(bytes), ImageFormat::other_elf);
    EXPECT_EQ(format_of(elf(62, 2).substr(0, 20)), ImageFormat::raw) << "cut";
}

TEST(InmateElf, WrapsARawBinary) {
    const std::string code = "\xf4\xeb\xfd machine code";
    const sdk::UniqueFd raw = sealed_memory("raw", code);
    const sdk::UniqueFd wrapped = wrap_x86_inmate(raw.get(), code.size(), 0x200000, 0x200001);
    const std::string bytes = read_at(wrapped.get(), 0, 1U << 16, "wrapped");
    EXPECT_EQ(format_of(bytes), ImageFormat::pvh_elf);
    EXPECT_EQ(bytes.substr(4096), code);
    std::uint64_t load = 0;
    std::memcpy(&load, bytes.data() + 64 + 24, sizeof load);  // p_paddr of the first segment
    EXPECT_EQ(load, 0x200000U);
    EXPECT_EQ(::write(wrapped.get(), "x", 1), -1) << "sealed";
}

TEST(InmateElf, RefusesWhatDoesNotFit) {
    const sdk::UniqueFd raw = sealed_memory("raw", "code");
    EXPECT_THROW(wrap_x86_inmate(raw.get(), 4, 0x1'0000'0000, 0x1'0000'0000), sdk::Error);
    EXPECT_THROW(wrap_x86_inmate(raw.get(), 4, 0xffffffff, 0xffffffff), sdk::Error);
    EXPECT_THROW(wrap_x86_inmate(raw.get(), 4, 0x100000, 0x100004), sdk::Error);
    EXPECT_THROW(wrap_x86_inmate(raw.get(), 4, 0x100000, 0xfffff), sdk::Error);
    EXPECT_THROW(wrap_x86_inmate(raw.get(), 5, 0x100000, 0x100000), sdk::Error) << "file shorter";
}

}  // namespace
}  // namespace runphi::qemu
