// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "format/model.hpp"

namespace runphi::jailhouse {

// Addresses from `first` to before `end`.
struct Extent {
    std::uint64_t first = 0, end = 0;

    bool operator==(const Extent&) const = default;
};

// The memory that cells may get: that of the root cell, without what Linux uses, the hypervisor,
// and everything else that some region of the root cell names, like shared memory; in whole units
// of 2 MiB. `iomem` is /proc/iomem as root reads it: others see no addresses there, and get no
// memory.
std::vector<Extent> free_memory(const System& system, std::string_view iomem);

}  // namespace runphi::jailhouse
