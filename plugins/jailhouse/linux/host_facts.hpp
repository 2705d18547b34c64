// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../../common/host_tree.hpp"
#include "../format/model.hpp"
#include "../format/number_set.hpp"
#include "cell_tree.hpp"

// What a cell's tree says about the machine, which the cell sees as it is: CPUs, timer and GIC.
namespace runphi::jailhouse {

using common::HostNode;
using common::HostTree;

// The CPUs of these numbers, which are Linux' and Jailhouse's alike. `folder`: where Linux tells
// which node is which CPU, also of one that is off (/sys/devices/system/cpu). Throws Error for one
// that is not there.
std::vector<TreeCpu> cpus_of(const HostTree& host, const std::string& folder,
                             const Numbers& numbers);

struct TreeTimer {
    std::vector<std::uint32_t> interrupts;
    std::vector<TreeProperty> properties;
};
TreeTimer timer_of(const HostTree& host);

// Where the system's configuration says that the GIC is. The redistributors are as many as the
// machine has; what the host's tree reserves behind them may end in the virtual PCI host, which
// Linux would not find then.
TreeGic gic_of(const System& system, const HostTree& host);

// The controller that interrupts are to go to; nullptr: none that a cell has.
const HostNode* gic_node(const HostTree& host);

// An interrupt of the GIC in three cells, from the host's three or more: where there are more, they
// say which CPUs an interrupt of a CPU's own is for.
std::vector<std::uint32_t> gic_interrupts(const HostTree& host,
                                          const std::vector<std::uint32_t>& cells);

}  // namespace runphi::jailhouse
