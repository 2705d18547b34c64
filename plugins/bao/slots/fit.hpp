// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "table.hpp"

// Slots are as they were laid out: a container gets one that has all that it was granted.
namespace runphi::bao {

std::uint64_t memory_of(const Vm& vm);  // bytes, of all its pieces

// Why the slot is not for the plan's partition, in words behind "slot NAME "; nullopt: it is. What
// each manager asks of a slot is its own function, in its file.
std::optional<std::string> misses_cpus(const Slot& slot, const sdk::Plan& plan);
std::optional<std::string> misses_memory(const Slot& slot, const sdk::Plan& plan);
std::optional<std::string> misses_devices(const Slot& slot, const sdk::Plan& plan);
std::optional<std::string> misses_channels(const Slot& slot, const sdk::Plan& plan);

using Misfit = std::optional<std::string> (*)(const Slot& slot, const sdk::Plan& plan);

// Throws Error(no_resource) that says of each slot what it misses, and what a layout would have to
// have, if no slot is free of this misfit.
void require_one(const SlotTable& table, const sdk::Plan& plan, Misfit misfit,
                 const std::string& hint);

// Those that fit in all respects, the smallest first. Throws the same if there is none.
std::vector<Slot> fitting_slots(const SlotTable& table, const sdk::Plan& plan);

}  // namespace runphi::bao
