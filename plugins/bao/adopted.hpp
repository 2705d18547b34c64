// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>

#include "claims/claims.hpp"
#include "settings.hpp"
#include "slots/table.hpp"
#include "window/window.hpp"

// A partition's slot: found again, stopped, given back.
namespace runphi::bao {

// The claim of the partition, if it has one still: of the run in the handle, or, with an empty
// handle, by the partition's name.
std::optional<Claim> find_claim(const Claims& claims, const sdk::Partition& partition);

Window open_window(const Settings& settings, const Slot& slot);
// Of the table; throw Error(not_found) for a name that is not in it.
const Slot& slot_named(const SlotTable& table, const std::string& name);
const Guest& guest_named(const SlotTable& table, const std::string& name);

// Asks the guest to end, and waits for it. Throws Error(busy) that says what to do if it does not:
// nobody can end it. The slot's lock is the caller's.
void stop_guest(Window& window, const Claim& claim, const Settings& settings);

// Stops what runs there, ends the relay, zeroes the memory, and gives the slot back. What cannot be
// done sets it aside until the next boot, with a line in the log. The slot's lock is the caller's.
void give_back(const sdk::Host& host, const sdk::Partition& partition, const Claims& claims,
               const Claim& claim, const Settings& settings);

}  // namespace runphi::bao
