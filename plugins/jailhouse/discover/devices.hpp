// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "../format/layout.hpp"
#include "found.hpp"
#include "interrupts.hpp"

namespace runphi::jailhouse {

// What is needed to judge a node.
struct Surroundings {
    const System& system;
    Layout layout;
    const HostTree& tree;
    const Wiring& wiring;
    const std::map<std::string, std::string>& drivers;  // linux_use.hpp
    const std::set<std::string>& consoles;
    const std::vector<Cell>& others;
};

// The nodes of the device tree that a cell can have: in use (status), found by Linux and taken by
// no driver, with registers in pages of their own that the root cell may give away, and with
// interrupts of their own. UARTs also with a driver and without interrupts, but not consoles.
// Their names are those of /aliases, or else the node's.
std::vector<FoundDevice> devices_for_cells(const Surroundings& around);

}  // namespace runphi::jailhouse
