// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "../mapping.hpp"
#include "kernel.hpp"

namespace runphi::common {

// What an arm64 Linux guest boots from, out of the images of its plan.
struct LinuxImages {
    Kernel kernel;
    Mapping initrd;    // empty: none
    Mapping own_tree;  // a device tree that the image brings; empty: none

    // "kernel", perhaps "initrd" and "dtb". `most`: bytes that the kernel may have when it is
    // unpacked. Trusts nothing in the files; throws Error if they are none.
    static LinuxImages open(const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                            std::uint64_t most);
};

// For a kernel's random numbers, which it has little else for in a partition.
std::string random_seed();

}  // namespace runphi::common
