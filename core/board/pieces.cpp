// SPDX-License-Identifier: Apache-2.0
#include "core/board/pieces.hpp"

#include <algorithm>

#include "core/board/holes.hpp"
#include "core/board/range.hpp"

namespace phi::board {

std::vector<Piece> pieces_of(const Board& board, const MemoryPool& pool,
                             const std::vector<Held>& held) {
    std::vector<Piece> pieces;
    for (const auto& hole : holes(region_of(pool), taken_of(board, pool, held))) {
        pieces.push_back({hole, nullptr});
    }
    for (const auto& one : held) {
        for (const auto& region : taken_of(board, pool, {one})) pieces.push_back({region, &one});
    }
    std::sort(pieces.begin(), pieces.end(),
              [](const Piece& a, const Piece& b) { return a.region.base < b.region.base; });
    return pieces;
}

}  // namespace phi::board
