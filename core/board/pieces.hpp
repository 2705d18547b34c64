// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/board/grant.hpp"

namespace phi::board {

// A part of a memory pool that one holder has, or nobody.
struct Piece {
    Region region;
    const Held* holder = nullptr;
};

// The whole of a pool, in the order of addresses. Borrows `held`.
std::vector<Piece> pieces_of(const Board& board, const MemoryPool& pool,
                             const std::vector<Held>& held);

}  // namespace phi::board
