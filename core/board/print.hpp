// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/board/grant.hpp"

namespace phi::board {

// The board for people: a heading, then a table of everything on it and who holds it.
std::string print(const Board& board, const std::vector<Held>& held);

}  // namespace phi::board
