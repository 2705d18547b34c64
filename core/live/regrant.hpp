// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/backend/backend.hpp"
#include "core/board/board.hpp"
#include "core/container/store.hpp"

namespace phi::live {

// Moves a locked container's partition to exactly these CPUs of the board, while it lives: what it
// gets is granted and on record before anything happens, what it leaves is given back when the
// backend has moved it. A failure moves it back. Whatever dies on the way, no CPU has two owners;
// the next move, or delete, gives back what is held too much. Throws Error(no_resource) naming who
// holds what is not free, Error(unsupported) for another number of CPUs than the backend can give.
void move_to_cpus(const container::Container& container, const Settings& settings,
                  const board::Board& board, const backend::Backend& backend,
                  const std::vector<unsigned>& cpus);

}  // namespace phi::live
