// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <vector>

#include "core/container/store.hpp"

namespace phi::live {

// The processes of this machine that a container consists of, in order: its monitor, what the
// backend runs for the partition, and whatever joined them. None when it is stopped. All of its
// cgroup if it has one of its own, else the monitor and its descendants.
std::vector<pid_t> processes(const container::Container& container);

// A process and its descendants that live, in order.
std::vector<pid_t> family_of(pid_t ancestor);

}  // namespace phi::live
