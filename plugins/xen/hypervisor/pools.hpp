// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "../discover/facts.hpp"
#include "../xenstore/client.hpp"
#include "hypervisor.hpp"

namespace runphi::xen {

// The CPU pools, with the names that xenstore has for them. Throws Error.
std::vector<CpuPool> read_pools(const Hypervisor& hypervisor, XenStore& store);

}  // namespace runphi::xen
