// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "../../common/host_tree.hpp"
#include "found.hpp"

namespace runphi::jailhouse {

using common::HostNode;
using common::HostTree;

// What is free (pools.hpp), as far as the device tree agrees: memory of the machine, and not
// reserved for something. A reserved-memory node that nothing refers to, and that no driver knows,
// is what somebody has set aside for cells. `tree` may be nullptr.
std::vector<FoundPool> memory_for_cells(const System& system,
                                        const std::vector<Claim>& linux_claims,
                                        const std::vector<Cell>& others, const HostTree* tree);

// Throws Error(invalid) if Linux knows the hypervisor elsewhere than the system's configuration.
void require_hypervisor(const System& system, const std::vector<Claim>& linux_claims);

}  // namespace runphi::jailhouse
