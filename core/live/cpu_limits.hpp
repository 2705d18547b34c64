// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/rollback.hpp"
#include "core/live/cgroup.hpp"
#include "core/live/resources.hpp"

namespace phi::live {

// Writes the limits of CPU time to the container's cgroup: on the emulator, whose time is what the
// guest costs. Every write pushes its undo. Throws Error(unsupported) for a container without a
// cgroup of its own (`id` names it), and os_error naming file and value for what the kernel
// refuses.
void limit_cpu(const Cgroup& cgroup, const CpuChange& change, const std::string& id,
               Rollback& undo);

// cpu.weight of cgroup v2 for cpu.shares of v1: 2 to 262144 become 1 to 10000.
std::uint64_t weight_of_shares(std::uint64_t shares);

// Throws Error(unsupported) unless the memory nodes that are asked for are those of the cgroup.
void check_memory_nodes(const Cgroup& cgroup, const std::string& mems);

}  // namespace phi::live
