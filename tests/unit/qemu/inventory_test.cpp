// SPDX-License-Identifier: Apache-2.0
#include "plugins/qemu/inventory.hpp"

#include <gtest/gtest.h>

#include "plugins/qemu/stats.hpp"
#include "tests/unit/qemu/harness.hpp"

namespace runphi::qemu {
namespace {

constexpr std::uint64_t mib = 1ULL << 20, gib = 1ULL << 30;

TEST(Inventory, ReadsTheTotal) {
    EXPECT_EQ(memory_total("MemTotal:       24683860 kB\nMemFree: 1 kB\n"), 24683860ULL << 10);
    EXPECT_FALSE(memory_total("MemFree: 1 kB\n").has_value());
    EXPECT_FALSE(memory_total("MemTotal: kB\n").has_value());
}

TEST(Inventory, KeepsAPartForTheHost) {
    EXPECT_EQ(partition_memory(256 * mib), 128 * mib);
    EXPECT_EQ(partition_memory(gib), gib - 256 * mib);
    EXPECT_EQ(partition_memory(16 * gib), 14 * gib);
    EXPECT_EQ(partition_memory(1024 * gib), 1020 * gib);
    EXPECT_EQ(partition_memory(gib + 12345) % mib, 0U);
}

TEST(Inventory, IsABoardOfSharedCpusAndTheSameEachTime) {
    qemu_test::TestHost host;
    QemuBackend backend;
    const std::string text = backend.inventory(host.host());
    EXPECT_EQ(backend.inventory(host.host()), text);
    const sdk::JsonDocument board(text, "board");
    EXPECT_EQ(board.root().at("format").string(), "runphi.board/1");
    EXPECT_FALSE(board.root().at("cpus").at("exclusive").boolean());
    EXPECT_FALSE(board.root().at("cpus").at("ids").string().empty());
    const auto pools = board.root().at("memory").at("pools").elements();
    ASSERT_EQ(pools.size(), 1U);
    EXPECT_EQ(pools[0].at("name").string(), "host-ram");
}

TEST(Stats, AreReadFromProc) {
    const CpuTime time = cpu_time("7 (a) b) S 1 7 7 0 -1 4194560 9 0 0 0 123 45 0 0 20 0 1 0 99");
    EXPECT_EQ(time.user_ticks, 123U);
    EXPECT_EQ(time.system_ticks, 45U);
    EXPECT_EQ(cpu_time("").user_ticks, 0U);
    EXPECT_EQ(status_bytes("Name:\tq\nVmHWM:\t   12 kB\nVmRSS:\t  8 kB\n", "VmRSS"), 8192U);
    EXPECT_EQ(status_bytes("Name:\tVmRSS\n", "VmRSS"), 0U);
}

}  // namespace
}  // namespace runphi::qemu
