// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../common/extent.hpp"
#include "format/model.hpp"

namespace runphi::jailhouse {

using common::Extent;
using common::extent_of;

// What the driver calls the hypervisor's memory in /proc/iomem.
inline constexpr const char* hypervisor_claim = "Jailhouse hypervisor";

// A line of /proc/iomem that is no part of another one, or the hypervisor's.
struct Claim {
    Extent where;
    std::string name;  // "System RAM"
};
// `iomem` is /proc/iomem. Throws Error(denied) if it tells no addresses, which it does to root
// only.
std::vector<Claim> parse_iomem(std::string_view iomem);

// The memory that cells may get: that of the root cell, without what Linux uses, the hypervisor,
// everything else that some region of the root cell names, like shared memory, and the memory of
// the `others`, which are not our cells; in whole units of 2 MiB, ascending.
std::vector<Extent> free_memory(const System& system, const std::vector<Claim>& linux_claims,
                                const std::vector<Cell>& others);

// Rounds to whole units of 2 MiB; what is less is dropped.
void keep_whole_units(std::vector<Extent>& extents);

}  // namespace runphi::jailhouse
