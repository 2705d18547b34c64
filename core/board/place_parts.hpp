// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/board/grant.hpp"

// place(), one kind of resource each. They fill their members of the grant, or throw as place()
// does.
namespace phi::board {

void place_cpus(const Board& board, const std::vector<Held>& held, const Request& request,
                Grant& grant);
void place_memory(const Board& board, const std::vector<Held>& held, const Request& request,
                  Grant& grant);
void place_devices(const Board& board, const std::vector<Held>& held, const Request& request,
                   Grant& grant);
void place_channels(const Board& board, const std::vector<Held>& held, const Request& request,
                    Grant& grant);

}  // namespace phi::board
