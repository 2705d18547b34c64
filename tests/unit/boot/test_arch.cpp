// SPDX-License-Identifier: Apache-2.0
#include <elf.h>
#include <gtest/gtest.h>

#include "core/boot/arch.hpp"
#include "core/boot/numbers.hpp"
#include "core/fs/file.hpp"
#include "support.hpp"

namespace phi::boot {
namespace {

using test::error_of;

ImageFacts inspect(const std::string& bytes) {
    const UniqueFd fd = memory_file("image", bytes);
    return inspect_image(fd.get(), bytes.size(), "the image");
}

template <typename T>
std::string patched(std::string elf, std::size_t offset, T value) {
    elf.replace(offset, sizeof value, reinterpret_cast<const char*>(&value), sizeof value);
    return elf;
}

TEST(Arch, KnowsTheFormatsOfKernels) {
    const auto x86 = inspect(test::elf(EM_X86_64, 0x1234));
    EXPECT_EQ(x86.format, Format::elf);
    EXPECT_EQ(x86.arch, "x86_64");
    EXPECT_EQ(x86.entry_address, 0x1234U);
    EXPECT_EQ(inspect(test::elf(EM_AARCH64)).arch, "aarch64");
    EXPECT_EQ(inspect(test::elf32(EM_386)).arch, "x86_64");
    EXPECT_EQ(inspect(test::elf32(EM_ARM)).arch, "arm");
    EXPECT_EQ(inspect(test::arm64_image()).format, Format::arm64_image);
    EXPECT_EQ(inspect(test::arm64_image()).arch, "aarch64");
    EXPECT_EQ(inspect(test::bzimage()).format, Format::bzimage);
    EXPECT_EQ(inspect(test::bzimage()).arch, "x86_64");
}

TEST(Arch, TakesTheRestAsRawAndSaysWhatItLooksLike) {
    EXPECT_EQ(inspect("\x01\x02").format, Format::raw);
    EXPECT_EQ(inspect("\x01\x02").found, "the bytes 01 02");
    EXPECT_EQ(inspect(std::string("\xfd"
                                  "7zXZ\0",
                                  6))
                  .found,
              "xz data (fd 37 7a 58 5a 00)");
    EXPECT_TRUE(inspect("x").arch.empty());
    // The magic of a bzImage or an Image just beyond the end.
    EXPECT_EQ(inspect(test::bzimage().substr(0, 0x205)).format, Format::raw);
    EXPECT_EQ(inspect(test::arm64_image().substr(0, 0x3b)).format, Format::raw);
}

TEST(Arch, RefusesBrokenElfFiles) {
    const std::string good = test::elf(EM_X86_64);
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "the file is empty"},
        {"\177ELF", "shorter than its header"},
        {good.substr(0, 40), "shorter than its header"},
        {good.substr(0, sizeof(Elf64_Ehdr) + 8), "program headers are beyond its end"},
        {good.substr(0, good.size() - 1), "beyond its end"},
        {patched(good, EI_DATA, static_cast<char>(ELFDATA2MSB)), "not little endian"},
        {patched(good, EI_CLASS, '\x07'), "neither 32 nor 64 bit"},
        {patched(good, offsetof(Elf64_Ehdr, e_machine), std::uint16_t{EM_RISCV}), "machine 243"},
        {patched(good, offsetof(Elf64_Ehdr, e_type), std::uint16_t{ET_REL}), "not an executable"},
        {patched(good, offsetof(Elf64_Ehdr, e_type), std::uint16_t{ET_CORE}), "not an executable"},
        {patched(good, offsetof(Elf64_Ehdr, e_phnum), std::uint16_t{0}), "no program headers"},
        {patched(good, offsetof(Elf64_Ehdr, e_phnum), std::uint16_t{65535}), "65535 program"},
        {patched(good, offsetof(Elf64_Ehdr, e_phentsize), std::uint16_t{1}), "of 1 bytes"},
        {patched(good, offsetof(Elf64_Ehdr, e_phoff), ~std::uint64_t{0}), "beyond its end"},
        {patched(good, sizeof(Elf64_Ehdr), std::uint32_t{PT_NOTE}), "nothing to load"},
        {patched(good, sizeof(Elf64_Ehdr) + offsetof(Elf64_Phdr, p_offset), ~std::uint64_t{0}),
         "beyond its end"},
        {patched(good, sizeof(Elf64_Ehdr) + offsetof(Elf64_Phdr, p_filesz), ~std::uint64_t{0}),
         "beyond its end"},
        {patched(good, sizeof(Elf64_Ehdr) + offsetof(Elf64_Phdr, p_memsz), std::uint64_t{1}),
         "larger than its memory"},
    };
    for (const auto& [bytes, words] : cases) {
        const Error error = error_of([&, &image = bytes] { inspect(image); });
        EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
        EXPECT_EQ(error.message().rfind("the image: ", 0), 0U) << error.message();
    }
}

TEST(Arch, AKernelThatIsNoneIsNamedWithItsFirstBytes) {
    const std::string script = "#!/bin/sh\n";
    const Error error =
        error_of([&] { require_kernel(inspect(script), "\"/boot/k\" (annotation)"); });
    EXPECT_EQ(error.message(),
              "\"/boot/k\" (annotation): not a kernel: expected an ELF file, an arm64 Image (also "
              "gzipped) or a bzImage, found a script (23 21 2f 62 69 6e 2f 73)");
    EXPECT_FALSE(error.hint().empty());
}

TEST(Arch, WhatGzipHasPackedIsTheBackendsToJudge) {
    const ImageFacts facts = inspect(std::string("\x1f\x8b\x08\x00", 4));
    EXPECT_EQ(facts.format, Format::gzip);
    EXPECT_EQ(facts.found, "gzip data (1f 8b 08 00)");
    EXPECT_TRUE(facts.arch.empty());
    EXPECT_NO_THROW(require_kernel(facts, "the kernel"));
}

TEST(Arch, DeviceTreesAreWhole) {
    const auto check = [](const std::string& bytes) {
        const UniqueFd fd = memory_file("dtb", bytes);
        require_device_tree(fd.get(), bytes.size(), "tree");
    };
    EXPECT_NO_THROW(check(test::device_tree()));
    EXPECT_NO_THROW(check(test::device_tree() + "padding"));
    for (const std::string& bad :
         {std::string(), std::string("\xd0\x0d\xfe"), test::device_tree().substr(0, 63),
          test::elf(EM_X86_64), std::string(64, '\0')}) {
        EXPECT_THROW(check(bad), Error) << bad.size();
    }
}

TEST(Numbers, AddressesAndSizes) {
    EXPECT_EQ(parse_address("0x80000000"), 0x80000000U);
    EXPECT_EQ(parse_address("0"), 0U);
    EXPECT_EQ(parse_address("0xffffffffffffffff"), ~std::uint64_t{0});
    EXPECT_EQ(parse_size("64M"), 64U << 20);
    EXPECT_EQ(parse_size("3K"), 3072U);
    EXPECT_EQ(parse_size("17179869183G"), 17179869183ULL << 30);
    for (const char* bad : {"", "0x", "0xg", "-1", "+1", " 1", "1 ", "0x1 ", "0x10000000000000000",
                            "18446744073709551616", "1e3", "0x-1"}) {
        EXPECT_FALSE(parse_address(bad)) << bad;
    }
    for (const char* bad : {"", "M", "1.5G", "-1M", "64MB", "64m", "17179869184G", "0x10"}) {
        EXPECT_FALSE(parse_size(bad)) << bad;
    }
}

}  // namespace
}  // namespace phi::boot
