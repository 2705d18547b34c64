// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/board/board.hpp"
#include "core/container/store.hpp"

namespace phi::container {

// The hypervisor's name for the container's partition. The id is free if no container of another
// --root has the same: its directory is looked for, so two that are created at once both step
// aside.
std::string choose_partition_name(const Settings& settings, const Container& container,
                                  const board::Board& board);

}  // namespace phi::container
