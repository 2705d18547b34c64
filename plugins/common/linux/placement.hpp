// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "../extent.hpp"
#include "kernel.hpp"

namespace runphi::common {

// Where in a partition what Linux boots from goes. Addresses; kernel, loader, initrd and device
// tree are behind each other in this order.
struct LinuxPlacement {
    std::uint64_t kernel = 0;
    std::uint64_t loader = 0;  // a page of its own; the first CPU begins here
    std::uint64_t initrd = 0;  // 0: there is none
    std::uint64_t device_tree = 0;
};

// `ram`: the partition's memory. `initrd_size` and `tree_room` in bytes; 0: no initrd. Throws
// Error(no_resource), which says how much memory is needed, if they do not fit.
LinuxPlacement place_linux(const Extent& ram, const KernelHeader& kernel, std::uint64_t initrd_size,
                           std::uint64_t tree_room);

}  // namespace runphi::common
