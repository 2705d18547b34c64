// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace phi::board {
namespace {

using test::ask;
using test::error_of;
using test::small_board;

Held holds(const std::string& container, std::vector<unsigned> cpus) {
    Held held{container, {}};
    held.grant.cpu_count = static_cast<unsigned>(cpus.size());
    held.grant.cpus = std::move(cpus);
    return held;
}

Request exactly(std::vector<unsigned> cpus) {
    Request request = ask(static_cast<unsigned>(cpus.size()), 1);
    request.cpu_list = std::move(cpus);
    return request;
}

TEST(PlaceCpus, TakesTheLowestFree) {
    const Grant grant = place(small_board(), {holds("c1", {0}), holds("c2", {2})}, ask(2, 1));
    EXPECT_EQ(grant.cpus, (std::vector<unsigned>{1, 3}));
    EXPECT_EQ(grant.cpu_count, 2U);
}

TEST(PlaceCpus, RefusalSaysAskedFreeAndHolders) {
    const Error error = error_of([] {
        place(small_board(), {holds("c1", {0}), holds("c2", {2, 3})}, ask(2, 1));
    });
    EXPECT_EQ(error.code(), Code::no_resource);
    EXPECT_EQ(error.message(),
              "2 CPUs asked for, 1 free on board \"small\" (0 held by c1, 2-3 by c2)");
    EXPECT_FALSE(error.hint().empty());
}

TEST(PlaceCpus, MoreThanTheBoardHasIsRefused) {
    const Error error = error_of([] { place(small_board(), {}, ask(5, 1)); });
    EXPECT_EQ(error.message(), "5 CPUs asked for, 4 free on board \"small\"");
}

TEST(PlaceCpus, ALongListOfHoldersIsCut) {
    Board board = small_board();
    std::vector<Held> held;
    for (unsigned cpu = 0; cpu < 100; ++cpu) {
        if (cpu > 3) board.cpus.push_back(cpu);
        held.push_back(holds("c" + std::to_string(cpu), {cpu}));
    }
    const Error error = error_of([&] { place(board, held, ask(1, 1)); });
    EXPECT_MENTIONS(error.message(), "7 by c7 and 92 more)");
}

TEST(PlaceCpus, ACpusetIsHonouredExactly) {
    const Grant grant = place(small_board(), {holds("c1", {0})}, exactly({3, 1, 3}));
    EXPECT_EQ(grant.cpus, (std::vector<unsigned>{1, 3}));
    EXPECT_EQ(grant.cpu_count, 2U);
}

TEST(PlaceCpus, ACpusetThatIsHeldIsRefusedNamingHolders) {
    const Error error = error_of([] {
        place(small_board(), {holds("c1", {0, 1}), holds("c2", {3})}, exactly({1, 2, 3}));
    });
    EXPECT_EQ(error.code(), Code::no_resource);
    EXPECT_EQ(error.message(),
              "CPUs 1-3 asked for, not all free on board \"small\" (1 held by c1, 3 by c2)");
}

TEST(PlaceCpus, ACpusetOffTheBoardIsInvalid) {
    const Error error = error_of([] { place(small_board(), {}, exactly({2, 3, 4, 7})); });
    EXPECT_EQ(error.code(), Code::invalid);
    EXPECT_EQ(error.message(), "CPUs 2-4,7 asked for, but board \"small\" has 0-3, not 4,7");
}

TEST(PlaceCpus, NoCpuIsInvalid) {
    EXPECT_EQ(error_of([] { place(small_board(), {}, ask(0, 1)); }).code(), Code::invalid);
}

TEST(PlaceCpus, SharedCpusAreCountedAndNotOwned) {
    Board board = small_board();
    board.exclusive_cpus = false;
    const std::vector<Held> held{holds("c1", {0, 1, 2, 3})};
    const Grant grant = place(board, held, ask(4, 1));
    EXPECT_TRUE(grant.cpus.empty());
    EXPECT_EQ(grant.cpu_count, 4U);

    Request pinned = exactly({1, 2});
    pinned.cpu_count = 1;
    const Grant on_some = place(board, held, pinned);
    EXPECT_EQ(on_some.cpus, (std::vector<unsigned>{1, 2}));
    EXPECT_EQ(on_some.cpu_count, 1U);
}

TEST(PlaceCpus, SharedCpusAreBoundedByTheBoard) {
    Board board = small_board();
    board.exclusive_cpus = false;
    const Error many = error_of([&] { place(board, {}, ask(5, 1)); });
    EXPECT_EQ(many.code(), Code::no_resource);
    EXPECT_EQ(many.message(), "5 CPUs asked for, board \"small\" has 4");
    EXPECT_EQ(error_of([&] { place(board, {}, exactly({9})); }).code(), Code::invalid);
}

}  // namespace
}  // namespace phi::board
