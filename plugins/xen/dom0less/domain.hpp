// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "../domain/config.hpp"
#include "arguments.hpp"
#include "window.hpp"

namespace runphi::xen::dom0less {

// A container as Xen itself makes it.
struct BootDomain {
    std::string node;  // "domU1"
    std::string id;    // of the container
    DomainConfig config;
    std::vector<Range> static_memory;  // empty: where Xen likes
    bool direct_map = false;
    // Where its modules lie; the last two have no size if there is none.
    Range kernel, ramdisk, device_tree;
};

// What RUNPHI_CAP_* an arm64 domain without a toolstack has.
std::uint64_t capabilities();

// From the plan that create would make it by. Throws Error(unsupported) for what only a toolstack
// can do.
BootDomain boot_domain(const sdk::Plan& plan, const Arguments& args);

}  // namespace runphi::xen::dom0less
