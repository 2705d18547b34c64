// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "found.hpp"
#include "linux_files.hpp"

namespace runphi::jailhouse {

// "0000:00:02.0"
std::string address_of(const PciDevice& device);

// The PCI devices that the root cell's configuration lists, that the machine has, and that no
// driver of Linux holds; with the addresses of their registers. Called "pci-0000:00:02.0". Their
// interrupts are messages.
std::vector<FoundDevice> pci_for_cells(const System& system, const LinuxFiles& machine,
                                       const std::vector<Cell>& others);

}  // namespace runphi::jailhouse
