// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/board/board.hpp"

namespace phi::board {

// What must hold between the parts of a board: nothing is there twice, nothing overlaps. Throws
// Error(invalid) naming both parties.
void check(const Board& board);

}  // namespace phi::board
