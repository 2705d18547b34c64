// SPDX-License-Identifier: Apache-2.0
// What must hold whatever board, requests and order of releases there are. The generator is seeded:
// a failure prints the seed, and the seed repeats it.
#include <algorithm>
#include <set>

#include "core/base/text.hpp"
#include "core/board/range.hpp"
#include "core/board/remaining.hpp"
#include "random_board.hpp"
#include "support.hpp"

namespace phi::board {
namespace {

using test::Random;

const MemoryPool* pool_called(const Board& board, const std::string& name) {
    for (const auto& pool : board.memory) {
        if (pool.name == name) return &pool;
    }
    return nullptr;
}

void expect_answers(const Board& board, const Request& request, const Grant& grant) {
    if (!request.cpu_list.empty()) {
        EXPECT_EQ(grant.cpus, request.cpu_list);
    } else if (board.exclusive_cpus) {
        EXPECT_EQ(grant.cpus.size(), request.cpu_count);
    } else {
        EXPECT_TRUE(grant.cpus.empty());
    }
    EXPECT_TRUE(!board.exclusive_cpus || grant.cpu_count == grant.cpus.size());
    for (const auto cpu : grant.cpus) {
        EXPECT_TRUE(std::binary_search(board.cpus.begin(), board.cpus.end(), cpu));
    }
    ASSERT_EQ(grant.memory.size(), 1U);
    const MemoryGrant& memory = grant.memory[0];
    EXPECT_GE(memory.size, std::max(request.memory, board.memory_minimum));
    EXPECT_LT(memory.size - std::max({request.memory, board.memory_minimum, std::uint64_t{1}}),
              board.memory_alignment);
    EXPECT_EQ(memory.base % board.memory_alignment, 0U);
    EXPECT_EQ(memory.size % board.memory_alignment, 0U);
    const MemoryPool* pool = pool_called(board, memory.pool);
    ASSERT_NE(pool, nullptr);
    EXPECT_TRUE(contains(region_of(*pool), {memory.base, memory.size}));
    EXPECT_EQ(grant.channels.size(), request.channels.size());
}

void expect_no_overlap(const Board& board, const std::vector<Held>& held) {
    std::set<unsigned> cpus;
    std::set<std::uint32_t> irqs;
    std::set<std::string> devices;
    std::set<std::pair<std::string, unsigned>> ends;
    std::vector<MemoryGrant> memory;
    std::vector<Region> iomems;
    for (const auto& [container, grant] : held) {
        for (const auto cpu : grant.cpus) {
            EXPECT_TRUE(!board.exclusive_cpus || cpus.insert(cpu).second) << "CPU " << cpu;
        }
        for (const auto irq : grant.irqs) EXPECT_TRUE(irqs.insert(irq).second) << "irq " << irq;
        for (const auto& name : grant.devices) EXPECT_TRUE(devices.insert(name).second) << name;
        for (const auto& channel : grant.channels) {
            EXPECT_TRUE(ends.insert({channel.name, channel.peer}).second) << channel.name;
        }
        for (const auto& region : grant.iomems) {
            for (const auto& other : iomems) EXPECT_FALSE(overlap(region, other));
            iomems.push_back(region);
        }
        for (const auto& one : grant.memory) {
            for (const auto& other : memory) {
                if (one.pool != other.pool) continue;
                EXPECT_FALSE(overlap({one.base, one.size}, {other.base, other.size}));
            }
            memory.push_back(one);
        }
    }
}

// Is there an aligned place for `size` bytes? First fit can begin only where the pool does, or
// behind something that is held; so trying just these is exhaustive.
bool fits_somewhere(const Board& board, const std::vector<Held>& held, std::uint64_t size) {
    for (const auto& pool : board.memory) {
        std::vector<Region> taken;
        for (const auto& one : held) {
            for (const auto& grant : one.grant.memory) {
                if (grant.pool == pool.name) taken.push_back({grant.base, grant.size});
            }
        }
        std::vector<std::uint64_t> starts{pool.base};
        for (const auto& region : taken) {
            if (last(region) != UINT64_MAX) starts.push_back(last(region) + 1);
        }
        for (const auto start : starts) {
            const auto base = align_up(start, board.memory_alignment);
            if (!base || !valid({*base, size})) continue;
            const Region place{*base, size};
            if (!contains(region_of(pool), place)) continue;
            if (std::none_of(taken.begin(), taken.end(),
                             [&](const Region& region) { return overlap(region, place); })) {
                return true;
            }
        }
    }
    return false;
}

// Only CPUs and memory are asked for: a refusal must be for want of one of them.
void expect_refusal_is_right(const Board& board, const std::vector<Held>& held,
                             const Request& request) {
    const std::size_t cpus = remaining(board, held).cpus.size();
    const std::uint64_t bytes = std::max({request.memory, board.memory_minimum, std::uint64_t{1}});
    const auto size = align_up(bytes, board.memory_alignment);
    EXPECT_TRUE(cpus < request.cpu_count || !fits_somewhere(board, held, *size));
}

class Life {
  public:
    explicit Life(unsigned seed) : random_(seed), board_(test::random_board(random_)) {}

    void run(unsigned steps) {
        ASSERT_EQ(write_board(parse_board(write_board(board_), "board")), write_board(board_));
        for (unsigned step = 0; step < steps; ++step) {
            if (!held_.empty() && random_.one_in(3)) {
                held_.erase(held_.begin() +
                            static_cast<std::ptrdiff_t>(random_.below(held_.size())));
            } else {
                place_one(text("c", step));
            }
            expect_no_overlap(board_, held_);
        }
        expect_whole_again();
    }
    unsigned placed() const { return placed_; }
    unsigned refused() const { return refused_; }

  private:
    void place_one(const std::string& container) {
        Request request = test::random_request(random_, board_);
        const bool plain = random_.one_in(2);
        if (plain) request = test::ask(request.cpu_count, request.memory);
        try {
            const Grant grant = place(board_, held_, request);
            EXPECT_EQ(write_grant(grant), write_grant(place(board_, held_, request)));
            EXPECT_EQ(write_grant(grant), write_grant(parse_grant(write_grant(grant), "grant")));
            expect_answers(board_, request, grant);
            held_.push_back({container, grant});
            ++placed_;
        } catch (const Error& error) {
            EXPECT_FALSE(error.hint().empty() && error.code() == Code::no_resource);
            if (plain) expect_refusal_is_right(board_, held_, request);
            ++refused_;
        }
    }

    // What is left and what is held are the board; without holders, all of it.
    void expect_whole_again() {
        std::uint64_t free = 0;
        std::uint64_t taken = 0;
        std::uint64_t all = 0;
        for (const auto& pool : remaining(board_, held_).memory) free += pool.size;
        for (const auto& pool : board_.memory) all += pool.size;
        for (const auto& one : held_) taken += one.grant.memory[0].size;
        EXPECT_EQ(free + taken, all);
        held_.clear();
        EXPECT_EQ(write_board(remaining(board_, held_)), write_board(board_));
    }

    Random random_;
    Board board_;
    std::vector<Held> held_;
    unsigned placed_ = 0;
    unsigned refused_ = 0;
};

TEST(PlaceProperties, HoldOnRandomBoards) {
    unsigned placed = 0;
    unsigned refused = 0;
    for (unsigned seed = 1; seed <= 1000; ++seed) {
        SCOPED_TRACE(text("seed ", seed));
        Life life(seed);
        life.run(25);
        placed += life.placed();
        refused += life.refused();
        if (testing::Test::HasFailure()) return;
    }
    // The generator must exercise both outcomes, or it proves nothing.
    EXPECT_GT(placed, 5000U);
    EXPECT_GT(refused, 5000U);
}

TEST(PlaceProperties, EqualPiecesUseTheWholeBoard) {
    Board board = test::small_board();
    board.cpus.clear();
    for (unsigned cpu = 0; cpu < 64; ++cpu) board.cpus.push_back(cpu);
    std::vector<Held> held;
    for (unsigned i = 0; i < 64; ++i) {
        held.push_back({text("c", i), place(board, held, test::ask(1, 1U << 20))});
    }
    EXPECT_TRUE(remaining(board, held).memory.empty());
    EXPECT_TRUE(remaining(board, held).cpus.empty());
    // Any one that goes leaves exactly its own place.
    for (unsigned i = 0; i < 64; i += 7) {
        std::vector<Held> others = held;
        others.erase(others.begin() + i);
        EXPECT_EQ(write_grant(place(board, others, test::ask(1, 1U << 20))),
                  write_grant(held[i].grant));
    }
}

TEST(PlaceProperties, FiveHundredHoldersPlaceTheSameEveryTime) {
    Board board;
    board.name = "big";
    for (unsigned cpu = 0; cpu < 1024; ++cpu) board.cpus.push_back(cpu);
    board.memory = {{"ram", 0x100000000, 1ULL << 40}};
    std::vector<Held> held;
    for (unsigned i = 0; i < 500; ++i) {
        held.push_back({text("c", i), place(board, held, test::ask(2, 64U << 20))});
    }
    const Grant next = place(board, held, test::ask(2, 64U << 20));
    EXPECT_EQ(next.cpus, (std::vector<unsigned>{1000, 1001}));
    EXPECT_EQ(next.memory[0].base, 0x100000000 + 500 * (64ULL << 20));
    std::reverse(held.begin(), held.end());
    EXPECT_EQ(write_grant(place(board, held, test::ask(2, 64U << 20))), write_grant(next));
}

}  // namespace
}  // namespace phi::board
