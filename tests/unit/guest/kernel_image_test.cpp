// SPDX-License-Identifier: Apache-2.0
#include "guest/prepare/kernel_image.hpp"

#include <gtest/gtest.h>

#include <random>

#include "core/base/error.hpp"
#include "unit/guest/samples.hpp"

namespace {

using phi::guest::extract_kernel;

std::string refusal(const std::string& file, const std::string& arch) {
    try {
        extract_kernel(file, arch, "vmlinuz");
    } catch (const phi::Error& error) {
        return error.message();
    }
    return "no error";
}

TEST(KernelImage, BzImagesOfEveryCompression) {
    const auto kernel = samples::vmlinux(samples::bytes(50000));
    for (const auto pack : {samples::gzip, samples::xz, samples::lz4_legacy})
        for (const unsigned sectors : {1U, 4U, 27U}) {
            const auto packed = pack(kernel);
            EXPECT_TRUE(extract_kernel(samples::bzimage(packed, kernel.size(), sectors), "x86_64",
                                       "vmlinuz") == kernel);
        }
}

TEST(KernelImage, NoSetupSectorsMeansFour) {
    const auto kernel = samples::vmlinux("x");
    auto file = samples::bzimage(samples::gzip(kernel), 0, 4);
    samples::put(file, 0x1f1, std::uint8_t{0});
    EXPECT_TRUE(extract_kernel(file, "x86_64", "vmlinuz") == kernel);
}

TEST(KernelImage, AVmlinuxIsTakenAsItIs) {
    const auto kernel = samples::vmlinux("body");
    EXPECT_EQ(extract_kernel(kernel, "x86_64", "vmlinux"), kernel);
}

TEST(KernelImage, MustHaveAPvhEntry) {
    EXPECT_EQ(refusal(samples::vmlinux("body", 17), "x86_64"),
              "vmlinuz: the kernel has no PVH entry");
    EXPECT_EQ(refusal(samples::vmlinux("body", 18, "GNU"), "x86_64"),
              "vmlinuz: the kernel has no PVH entry");
}

TEST(KernelImage, RefusesWhatIsNoKernel) {
    const auto kernel = samples::vmlinux(samples::bytes(5000));
    EXPECT_EQ(refusal("", "x86_64"), "vmlinuz: neither a bzImage nor an ELF file");
    EXPECT_EQ(refusal(std::string(10000, 'x'), "x86_64"),
              "vmlinuz: neither a bzImage nor an ELF file");
    EXPECT_EQ(refusal(samples::bzimage(samples::gzip("no ELF file"), 0), "x86_64"),
              "vmlinuz: the kernel inside is no ELF file for x86-64");
    auto old = samples::bzimage(samples::gzip(kernel), 0);
    samples::put(old, 0x206, std::uint16_t{0x0207});
    EXPECT_NE(refusal(old, "x86_64").find("older than 2.08"), std::string::npos);
    auto arm = kernel;
    samples::put(arm, 18, std::uint16_t{183});
    EXPECT_NE(refusal(arm, "x86_64").find("x86-64"), std::string::npos);
    EXPECT_EQ(refusal(kernel, "riscv64"), "unknown architecture \"riscv64\"");
}

TEST(KernelImage, HostileOffsetsLeadNowhere) {
    const auto good = samples::bzimage(samples::gzip(samples::vmlinux("body")), 0);
    for (const std::uint32_t value : {0xffffffffU, 0x80000000U, 0x7fffffffU, 100000U}) {
        auto file = good;
        samples::put(file, 0x248, value);
        EXPECT_NE(refusal(file, "x86_64"), "no error");
        file = good;
        samples::put(file, 0x24c, value);
        EXPECT_NE(refusal(file, "x86_64"), "no error");
    }
}

TEST(KernelImage, RefusesEveryPrefixOfABzImage) {
    const auto kernel = samples::vmlinux("body");
    const auto file = samples::bzimage(samples::gzip(kernel), 0);
    // The 64 bytes behind the payload may be missing.
    for (std::size_t length = 0; length < file.size() - 64; ++length)
        EXPECT_NE(refusal(file.substr(0, length), "x86_64"), "no error") << length;
}

TEST(KernelImage, SurvivesDamage) {
    std::mt19937 random(5);
    const auto kernel = samples::vmlinux(samples::bytes(500));
    const auto image = samples::bzimage(samples::lz4_legacy(kernel), kernel.size(), 1);
    for (int round = 0; round < 5000; ++round) {
        auto file = round % 2 == 0 ? kernel : image;
        for (auto change = 1 + random() % 6; change-- > 0;)
            file[random() % file.size()] = static_cast<char>(random() % 256);
        (void)refusal(file, "x86_64");
    }
}

TEST(KernelImage, Arm64InEveryForm) {
    const auto image = samples::arm64_image(samples::bytes(3000));
    EXPECT_TRUE(extract_kernel(image, "aarch64", "Image") == image);
    EXPECT_TRUE(extract_kernel(samples::gzip(image), "aarch64", "vmlinuz") == image);
    EXPECT_TRUE(extract_kernel(samples::zboot(samples::gzip(image)), "aarch64", "vmlinuz") ==
                image);
}

TEST(KernelImage, Arm64RefusesOthers) {
    EXPECT_EQ(refusal("", "aarch64"), "vmlinuz: no arm64 Image");
    EXPECT_EQ(refusal(samples::vmlinux("x"), "aarch64"), "vmlinuz: no arm64 Image");
    EXPECT_EQ(refusal(samples::gzip("something else"), "aarch64"),
              "vmlinuz: the kernel inside is no arm64 Image");
    const auto zboot = samples::zboot(samples::gzip(samples::arm64_image("x")));
    EXPECT_EQ(refusal(zboot.substr(0, 80), "aarch64"), "vmlinuz: the EFI zboot file is cut off");
}

}  // namespace
