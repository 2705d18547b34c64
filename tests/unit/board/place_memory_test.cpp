// SPDX-License-Identifier: Apache-2.0
#include "core/board/remaining.hpp"
#include "support.hpp"

namespace phi::board {
namespace {

using test::ask;
using test::error_of;
using test::MiB;
using test::small_board;

Held holds(const std::string& container, const std::string& pool, std::uint64_t base,
           std::uint64_t size) {
    Held held{container, {}};
    held.grant.memory = {{pool, base, size}};
    return held;
}

MemoryGrant placed(const Board& board, const std::vector<Held>& held, std::uint64_t bytes) {
    const Grant grant = place(board, held, ask(1, bytes));
    EXPECT_EQ(grant.memory.size(), 1U);
    return grant.memory.at(0);
}

TEST(PlaceMemory, FirstFitOverPoolsInBoardOrder) {
    const Board board = small_board();
    EXPECT_EQ(placed(board, {}, 8 * MiB).base, 0x70000000U);
    // The hole of 4 MiB at the start is too small for 8 MiB, and just right for 4.
    const std::vector<Held> held{holds("c1", "low", 0x70000000 + 4 * MiB, 8 * MiB)};
    EXPECT_EQ(placed(board, held, 8 * MiB).base, 0x70000000 + 12 * MiB);
    EXPECT_EQ(placed(board, held, 4 * MiB).base, 0x70000000U);
    const std::vector<Held> low_full{holds("c1", "low", 0x70000000, 48 * MiB)};
    const MemoryGrant high = placed(board, low_full, 8 * MiB);
    EXPECT_EQ(high.pool, "high");
    EXPECT_EQ(high.base, 0x80000000U);
}

TEST(PlaceMemory, ExactlyTheWholePoolFits) {
    Board board = small_board();
    board.memory = {{"ram", 0x70000000, 16 * MiB}};
    EXPECT_EQ(placed(board, {}, 16 * MiB).size, 16 * MiB);
    EXPECT_EQ(error_of([&] { placed(board, {}, 16 * MiB + 1); }).code(), Code::no_resource);
}

TEST(PlaceMemory, SizeIsRoundedUpToAlignmentAndMinimum) {
    Board board = small_board();
    EXPECT_EQ(placed(board, {}, 0).size, 1 * MiB);
    EXPECT_EQ(placed(board, {}, 2 * MiB + 1).size, 2 * MiB + 4096);
    board.memory_alignment = 8 * MiB;
    EXPECT_EQ(placed(board, {}, 1).size, 8 * MiB);
}

TEST(PlaceMemory, BaseIsAlignedWhereThePoolIsNot) {
    Board board = small_board();
    board.memory = {{"odd", 0x70000001, 4 * MiB}};
    board.memory_alignment = 1 * MiB;
    EXPECT_EQ(placed(board, {}, 3 * MiB).base, 0x70100000U);
    EXPECT_EQ(error_of([&] { placed(board, {}, 4 * MiB); }).code(), Code::no_resource);
}

TEST(PlaceMemory, AtTheEndOfTheAddressSpace) {
    Board board = small_board();
    board.memory = {{"top", UINT64_MAX - (4 * MiB - 1), 4 * MiB}};
    const MemoryGrant first = placed(board, {}, 3 * MiB);
    const std::vector<Held> held{holds("c1", "top", first.base, first.size)};
    const MemoryGrant second = placed(board, held, 1 * MiB);
    EXPECT_EQ(second.base + (second.size - 1), UINT64_MAX);
    const std::vector<Held> full{held[0], holds("c2", "top", second.base, second.size)};
    EXPECT_EQ(error_of([&] { placed(board, full, 1); }).code(), Code::no_resource);
}

TEST(PlaceMemory, HugeRequestsDoNotWrapAround) {
    const Board board = small_board();
    for (const std::uint64_t bytes : {UINT64_MAX, UINT64_MAX - 4094, std::uint64_t{1} << 63}) {
        const Error error = error_of([&] { placed(board, {}, bytes); });
        EXPECT_EQ(error.code(), Code::no_resource) << bytes;
    }
}

TEST(PlaceMemory, RefusalSaysAskedLargestTotalAndHolders) {
    const std::vector<Held> held{holds("c1", "low", 0x70000000 + 8 * MiB, 32 * MiB),
                                 holds("c2", "high", 0x80000000, 8 * MiB)};
    const Error error = error_of([&] { placed(small_board(), held, 20 * MiB); });
    EXPECT_EQ(error.code(), Code::no_resource);
    EXPECT_EQ(error.message(),
              "20 MiB of memory asked for, largest free hole 8 MiB, 24 MiB free in all on board "
              "\"small\" (32 MiB held by c1, 8 MiB by c2)");
}

TEST(PlaceMemory, ABoardWithoutMemoryRefuses) {
    Board board = small_board();
    board.memory.clear();
    EXPECT_MENTIONS(error_of([&] { placed(board, {}, 1); }).message(), "0 bytes free in all");
}

TEST(PlaceMemory, RealAddressesCountWhateverThePoolIsCalledNow) {
    const std::vector<Held> held{holds("c1", "renamed", 0x70000000, 40 * MiB)};
    EXPECT_EQ(placed(small_board(), held, 8 * MiB).base, 0x70000000 + 40 * MiB);
}

TEST(PlaceMemory, CountedPoolsHaveAddressesOfTheirOwn) {
    Board board = small_board();
    board.memory = {{"counted", 0, 32 * MiB}, {"real", 16 * MiB, 16 * MiB}};
    std::vector<Held> held{holds("c1", "counted", 0, 32 * MiB)};
    const MemoryGrant real = placed(board, held, 16 * MiB);
    EXPECT_EQ(real.pool, "real");
    held = {holds("c1", "real", 16 * MiB, 16 * MiB)};
    EXPECT_EQ(placed(board, held, 32 * MiB).pool, "counted");
}

}  // namespace
}  // namespace phi::board
