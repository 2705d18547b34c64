// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/board/grant.hpp"

// The board and who holds what, to look at: CPUs, the line of memory, devices, channels.
namespace phi::map {

// For a terminal of 80 columns or more. Each holder has a letter.
std::string draw(const board::Board& board, const std::vector<board::Held>& held);

// A picture, SVG 1.1, with a colour for each holder; every box tells more under the pointer.
std::string draw_svg(const board::Board& board, const std::vector<board::Held>& held);

}  // namespace phi::map
