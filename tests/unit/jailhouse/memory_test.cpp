// SPDX-License-Identifier: Apache-2.0
// How a grant of memory is divided, and what is loaded into it.
#include "plugins/jailhouse/memory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "plugins/jailhouse/images.hpp"
#include "support/folder.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace runphi::jailhouse;
using Use = MemoryPiece::Use;
namespace sdk = runphi::sdk;

constexpr std::uint64_t grant_base = 0x70000000, size = 4U << 20;

sdk::Plan plan(std::uint64_t from = grant_base, std::uint64_t bytes = size) {
    static std::string text;
    text = R"({"id":"c","partition":"c","arch":"aarch64","kind":"inmate","grant":{"cpu_count":1,
        "memory":[{"base":)" +
           std::to_string(from) + R"(,"size":)" + std::to_string(bytes) +
           R"(}]},"boot":{"images":[]}})";
    return sdk::Plan(text);
}

std::string shape(const CellMemory& memory) {
    std::string out;
    for (const MemoryPiece& one : memory.pieces) {
        char text[96];
        std::snprintf(text, sizeof text, "%s %llx at %llx, %llx; ",
                      one.use == Use::ram      ? "ram"
                      : one.use == Use::loader ? "loader"
                                               : "channel",
                      static_cast<unsigned long long>(one.phys),
                      static_cast<unsigned long long>(one.virt),
                      static_cast<unsigned long long>(one.size));
        out += text;
    }
    return out + (memory.comm_region ? "comm" : "no comm");
}

TEST(CellMemory, BeginsWhereTheInmateDoes) {
    const Inmate inmate{{{0, 16, 0x80010}}, 0x80010};
    EXPECT_EQ(shape(memory_for(plan(), Arch::arm64, inmate, {})),
              "ram 70000000 at 80000, 400000; comm");
    const Inmate over{{{0, 16, 0x7ff00000}}, 0x7ff00000};
    EXPECT_EQ(shape(memory_for(plan(), Arch::arm64, over, {})),
              "ram 70000000 at 7ff00000, 400000; no comm");
    EXPECT_EQ(refusal([&] {
                  memory_for(plan(), Arch::arm64, {{{0, 16, 0}}, 0x400000}, {});
              }),
              "the inmate's entry address 0x400000 is not in its memory");
}

TEST(CellMemory, LowSegmentsOfAnInmateFarAboveGetALoaderRegion) {
    const Inmate inmate{{{0, 0x100, 0}, {0x100, 0x100, 0x40001000}}, 0};
    const CellMemory memory = memory_for(plan(), Arch::arm64, inmate, {});
    EXPECT_EQ(shape(memory), "ram 70000000 at 40001000, 3f0000; loader 703f0000 at 0, 10000; comm");
    const Inmate wide{{{0, 0x10001, 0}, {0x10001, 0x100, 0x40001000}}, 0};
    EXPECT_EQ(refusal([&] { memory_for(plan(), Arch::arm64, wide, {}); }),
              "the inmate needs 1073746176 bytes from 0x0 on, and its memory has 4194304");
}

TEST(CellMemory, OfLinuxEndsWithItsChannel) {
    EXPECT_EQ(shape(memory_for_linux(plan(), Arch::arm64, {})),
              "ram 70000000 at 70000000, 3f0000; channel 703f0000 at 703f0000, 10000; comm");
    EXPECT_EQ(shape(memory_for_linux(plan(), Arch::arm64, {0x3, 0x10000})),
              "ram 70000000 at 70000000, 7e000; channel 703f0000 at 703f0000, 10000; comm");
    EXPECT_EQ(
        refusal([] { memory_for_linux(plan(grant_base + 0x1000), Arch::arm64, {}); }),
        "memory 0x70001000, 4194304 bytes: Linux needs 4 MiB at least, from a multiple of 2 MiB "
        "on");
}

class Loads : public testing::Test {
  protected:
    Loads()
        : fd_(::open(folder_.write("image", "0123456789").c_str(), O_RDONLY | O_CLOEXEC)),
          loaded_({{Use::ram, grant_base, 0x1000, 0x3000, 0},
                   {Use::loader, grant_base + 0x3000, 0, 0x1000, 0},
                   {Use::channel, grant_base + 0x4000, 0x8000, 0x1000, 0}}) {}

    void add(std::uint64_t offset, std::uint64_t bytes, std::uint64_t target) {
        loaded_.add(sdk::Image{"inmate", fd_.get(), 10}, offset, bytes, target);
    }

    phi::test::Folder folder_;
    sdk::UniqueFd fd_;
    CellImages loaded_;
};

TEST_F(Loads, AllThatIsNotCoveredIsCleared) {
    add(2, 3, 0x2000);
    const std::string bytes = "abc";
    loaded_.add({bytes.data(), 3, 0x10});
    std::string found;
    for (const LoadImage& one : loaded_.list()) {
        const auto* data = static_cast<const char*>(one.data);
        const bool zeros = std::string(data, one.size) == std::string(one.size, '\0');
        found += std::to_string(one.target) + "+" + std::to_string(one.size) + "=" +
                 (zeros ? "zeros" : std::string(data, one.size)) + " ";
    }
    EXPECT_EQ(found,
              "0+16=zeros 16+3=abc 19+4077=zeros 4096+4096=zeros 8192+3=234 8195+8189=zeros ");
}

TEST_F(Loads, WhatDoesNotFitIsRefused) {
    EXPECT_EQ(refusal([&] { add(0, 10, 0x3ff8); }),
              "10 bytes at 0x3ff8 do not fit into the cell's memory");
    EXPECT_EQ(refusal([&] { add(0, 10, 0xff8); }),
              "10 bytes at 0xff8 do not fit into the cell's memory");
    EXPECT_EQ(refusal([&] { add(0, 10, 0x8000); }),
              "10 bytes at 0x8000 do not fit into the cell's memory");
    EXPECT_EQ(refusal([&] { add(1, 10, 0x2000); }), "the image of role inmate ends before byte 11");
    add(0, 10, 0x2000);
    EXPECT_EQ(refusal([&] { add(0, 1, 0x2009); }),
              "1 bytes at 0x2009 would lie over 10 bytes at 0x2000");
}

}  // namespace
}  // namespace jailhouse_test
