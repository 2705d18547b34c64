// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "board_device.hpp"
#include "format/model.hpp"
#include "format/number_set.hpp"

namespace runphi::jailhouse {

// What a cell gets of the machine's devices: plan.parts.dev.
struct CellDevices {
    std::vector<Region> registers;
    Numbers interrupts;
    std::vector<PciAddress> pci;
    std::vector<std::uint32_t> stream_ids;
    std::vector<Pio> ports;
    std::vector<Cache> caches;  // of x86
    Numbers rpus;
    std::optional<Console> console;  // the first UART among them

    bool operator==(const CellDevices&) const = default;
};

std::string write_devices(const CellDevices& devices);
CellDevices planned_devices(const sdk::Plan& plan);

// The granted registers, and where the cell sees them (plan.request.iomems), without the tables of
// the PCI devices' MSI-X vectors, which the hypervisor keeps. What is less than a page is emulated,
// access by access; the page of the hypervisor's console stays the root cell's, too.
std::vector<Region> granted_registers(const sdk::Plan& plan, const System& system,
                                      const std::vector<const PciDevice*>& pci);

// The root cell's device. Throws Error(invalid) if there is none, or it cannot be given.
const PciDevice& pci_device_of_root(const System& system, const PciAddress& address);

}  // namespace runphi::jailhouse
