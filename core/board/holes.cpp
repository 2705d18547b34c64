// SPDX-License-Identifier: Apache-2.0
#include "core/board/holes.hpp"

#include <algorithm>

#include "core/board/range.hpp"

namespace phi::board {

namespace {

bool in_counted_pool(const Board& board, const MemoryGrant& grant) {
    return std::any_of(board.memory.begin(), board.memory.end(), [&](const MemoryPool& pool) {
        return counted(pool) && pool.name == grant.pool;
    });
}

bool concerns(const Board& board, const MemoryPool& pool, const MemoryGrant& grant) {
    if (!overlap(region_of(pool), {grant.base, grant.size})) return false;
    return counted(pool) ? grant.pool == pool.name : !in_counted_pool(board, grant);
}

}  // namespace

std::vector<Region> taken_of(const Board& board, const MemoryPool& pool,
                             const std::vector<Held>& held) {
    std::vector<Region> taken;
    for (const auto& one : held) {
        for (const auto& grant : one.grant.memory) {
            if (concerns(board, pool, grant)) taken.push_back({grant.base, grant.size});
        }
    }
    std::sort(taken.begin(), taken.end(),
              [](const Region& a, const Region& b) { return a.base < b.base; });
    return taken;
}

std::vector<Region> holes(const Region& pool, const std::vector<Region>& taken) {
    std::vector<Region> free;
    std::uint64_t cursor = pool.base;  // the first byte not looked at yet
    for (const auto& region : taken) {
        if (region.base > cursor) free.push_back({cursor, region.base - cursor});
        // At the pool's end there is nothing left to look at, and 2^64 is no address.
        if (last(region) >= last(pool)) return free;
        cursor = std::max(cursor, last(region) + 1);
    }
    free.push_back({cursor, last(pool) - cursor + 1});
    return free;
}

std::optional<Region> usable(const Region& hole, std::uint64_t alignment) {
    const auto base = align_up(hole.base, alignment);
    if (!base || *base > last(hole)) return std::nullopt;
    const std::uint64_t size = (last(hole) - *base + 1) & ~(alignment - 1);
    if (size == 0) return std::nullopt;
    return Region{*base, size};
}

}  // namespace phi::board
