// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "table.hpp"

// VMs are as they were laid out: a container gets one that has all that it was granted.
namespace runphi::bao {

std::uint64_t memory_of(const Vm& vm);  // bytes, of all its pieces

// Why the VM is not for the plan's partition, in words behind "slot NAME "; nullopt: it is. What
// each manager asks of a VM is its own function, in its file.
std::optional<std::string> misses_cpus(const Vm& vm, const sdk::Plan& plan);
std::optional<std::string> misses_memory(const Vm& vm, const sdk::Plan& plan);
std::optional<std::string> misses_devices(const Vm& vm, const sdk::Plan& plan);
std::optional<std::string> misses_channels(const Vm& vm, const sdk::Plan& plan);

using Misfit = std::optional<std::string> (*)(const Vm& vm, const sdk::Plan& plan);

// Throws Error(no_resource) that says of each slot and guest what it misses, and what a layout
// would have to have, if none is free of this misfit.
void require_one(const SlotTable& table, const sdk::Plan& plan, Misfit misfit,
                 const std::string& hint);

// VMs for a container, the smallest first. A guest changes what it runs only at the next boot, so
// guests are for what no slot is for.
struct Fitting {
    std::vector<Slot> slots;
    std::vector<Guest> guests;
};
// Those that fit in all respects. Throws the same if there is none.
Fitting fitting_vms(const SlotTable& table, const sdk::Plan& plan);

}  // namespace runphi::bao
