// SPDX-License-Identifier: Apache-2.0
#include "core/board/remaining.hpp"

#include "support.hpp"

namespace phi::board {
namespace {

using test::ask;
using test::MiB;
using test::small_board;

TEST(Remaining, OfAnUntouchedBoardIsTheBoard) {
    EXPECT_EQ(write_board(remaining(small_board(), {})), write_board(small_board()));
}

TEST(Remaining, LacksWhatIsHeld) {
    Held held{"c1", {}};
    held.grant.cpus = {1, 2};
    held.grant.memory = {{"low", 0x70000000 + 4 * MiB, 8 * MiB}, {"high", 0x80000000, 16 * MiB}};
    held.grant.irqs = {40, 50};
    held.grant.channels = {{"link", 1, 0x1000}};
    const Board free = remaining(small_board(), {held});
    EXPECT_EQ(free.cpus, (std::vector<unsigned>{0, 3}));
    ASSERT_EQ(free.memory.size(), 2U);
    EXPECT_EQ(free.memory[0].name, "low@0x70000000");
    EXPECT_EQ(free.memory[0].size, 4 * MiB);
    EXPECT_EQ(free.memory[1].name, "low@0x70c00000");
    EXPECT_EQ(free.memory[1].size, 36 * MiB);
    ASSERT_EQ(free.devices.size(), 1U);  // uart1 has interrupt 40
    EXPECT_EQ(free.devices[0].name, "gpio");
    EXPECT_EQ(free.irqs, std::vector<std::uint32_t>{51});
    ASSERT_EQ(free.channels.size(), 1U);
    EXPECT_EQ(free.channels[0].peers, 1U);
    EXPECT_NO_THROW(parse_board(write_board(free), "free"));
}

TEST(Remaining, CountedMemoryBecomesLessAndSharedCpusDoNot) {
    Board board = small_board();
    board.exclusive_cpus = false;
    board.memory = {{"host-ram", 0, 64 * MiB}};
    Held held{"c1", {}};
    held.grant.cpus = {0, 1};
    held.grant.memory = {{"host-ram", 16 * MiB, 16 * MiB}};
    const Board free = remaining(board, {held});
    EXPECT_EQ(free.cpus.size(), 4U);
    ASSERT_EQ(free.memory.size(), 1U);
    EXPECT_EQ(free.memory[0].name, "host-ram");
    EXPECT_EQ(free.memory[0].base, 0U);
    EXPECT_EQ(free.memory[0].size, 48 * MiB);
}

}  // namespace
}  // namespace phi::board
