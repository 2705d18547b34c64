// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>

#include "../../common/host_tree.hpp"
#include "linux_files.hpp"

// Which nodes of the device tree Linux has a use for.
namespace runphi::jailhouse {

using common::HostNode;
using common::HostTree;

// The devices that Linux has made of nodes, by their paths, and the driver of each; "" where none
// has taken it. Throws Error(not_found) if Linux does not tell.
std::map<std::string, std::string> drivers_of(const LinuxFiles& machine);

// The paths of the nodes that Linux writes its messages to: what the firmware says (/chosen), and
// what it does (/proc/consoles).
std::set<std::string> consoles_of(const HostTree& tree, const LinuxFiles& machine);

}  // namespace runphi::jailhouse
