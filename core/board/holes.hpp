// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/board/grant.hpp"

namespace phi::board {

// What is held of a pool, in the order of addresses. Pools of real addresses are compared by
// address, whatever name the pool had when it was granted; counted ones by name.
std::vector<Region> taken_of(const Board& board, const MemoryPool& pool,
                             const std::vector<Held>& held);

// The rest of the pool beside what is taken (sorted), in the order of addresses.
std::vector<Region> holes(const Region& pool, const std::vector<Region>& taken);

// The part of a hole that grants can use: both ends aligned. nullopt if there is none.
std::optional<Region> usable(const Region& hole, std::uint64_t alignment);

}  // namespace phi::board
