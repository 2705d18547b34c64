// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>

#include "../settings.hpp"

namespace runphi::jailhouse {

// The process between a cell and its container's monitor, whose child it is and with which it dies.

// Begins the memory channel of the plan, if it has one, and starts the relay. `console`: the claim
// to the hypervisor's console; empty if the cell has none. Before the cell runs.
void start_relay(const sdk::Host& host, const Settings& settings, const sdk::Partition& partition,
                 int cell, const sdk::UniqueFd& console);
// Ends it, if it lives. Gone is fine.
void end_relay(const sdk::Host& host, const sdk::Partition& partition);

}  // namespace runphi::jailhouse
