// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/board/grant.hpp"

namespace phi::board {

// The board minus what is held. A pool that is cut in pieces becomes several pools, called
// NAME@0xBASE; a counted pool becomes smaller; what is used up is left out. A device of which
// somebody holds any part is not free. A channel has as many peers as it has free ends.
Board remaining(const Board& board, const std::vector<Held>& held);

}  // namespace phi::board
