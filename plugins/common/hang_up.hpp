// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>

// Watchers wait for a process beside the partition by a connection to it, which says nothing and
// hangs up.
namespace runphi::common {

// What a watcher has of a process that is gone already: one end of a pair whose other is closed.
sdk::UniqueFd hung_up();
bool is_hung_up(int fd);

}  // namespace runphi::common
