// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string_view>
#include <vector>

#include "format/model.hpp"

// The four lines of a cell's virtual PCI bus. On a GIC the hypervisor raises them as interrupts of
// the machine (arm-common/ivshmem.c), which no other cell and no device may have.
namespace runphi::jailhouse {

// Does the shared memory device raise one of them? With MSI-X vectors it does not.
bool raises_line(const System& system, const PciDevice& device);
// Its interrupt: INTID = 32 + base + the number of the device modulo 4.
unsigned line_of(std::uint32_t vpci_irq_base, const PciDevice& device);

// vpci_irq_base of the cell with these devices; nullopt if they raise none. Out of the interrupts
// that the board has for no device, from the highest on, in groups of four: the first CPU of the
// board has the first group, and so on, so that no two cells get the same. Throws
// Error(no_resource) if there is none for the cell's first CPU.
std::optional<std::uint32_t> virtual_lines_for(const System& system, std::string_view board,
                                               const sdk::Plan& plan,
                                               const std::vector<const PciDevice*>& devices);

// Throws Error(invalid) if the cell was granted an interrupt that channels of a cell on another CPU
// of the board would raise.
void require_no_lines_of_others(const System& system, std::string_view board,
                                const sdk::Plan& plan);

}  // namespace runphi::jailhouse
