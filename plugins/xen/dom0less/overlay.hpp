// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "domain.hpp"

namespace runphi::xen::dom0less {

// A device tree overlay with the nodes /chosen/domU* by which Xen makes the domains (Xen's
// docs/misc/arm/device-tree/booting.txt), and with the mark on each device that dom0 is to leave
// alone.
std::string overlay(const std::vector<BootDomain>& domains);

}  // namespace runphi::xen::dom0less
