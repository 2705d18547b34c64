// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "../claims/claims.hpp"
#include "../settings.hpp"
#include "../slots/table.hpp"

// Containers in guests: VMs that run from the machine's boot on what was put on the boot medium
// before. The guest's lock is the caller's.
namespace runphi::bao {

// The order in which guests are to be tried for an image each, given as `images`: first what the
// machine was booted with, then what nobody has put an image on the medium for.
std::vector<Guest> in_order_of_use(std::vector<Guest> guests, const SlotTable& table,
                                   const Settings& settings,
                                   const std::vector<std::string>& images);

// The guest is the partition's: it has been booted with this image already, or is to be at the next
// boot, from the medium.
Claim stage_guest(const sdk::Host& host, const sdk::Partition& partition, const Claims& claims,
                  const SlotTable& table, const Guest& guest, std::string_view image,
                  const Settings& settings);

// Throws Error(busy) as long as the machine was not booted with it.
void start_guest(const Claims& claims, const Claim& claim, const Settings& settings);
// Nothing reaches a guest: one that was started throws Error(unsupported).
void ask_guest_to_stop(const Claim& claim);
// Ends what was not started. Throws Error(busy) for what was: it runs until the machine is off.
void kill_guest(const Claims& claims, const Claim& claim);
sdk::Query state_of_guest(const Claim& claim, const Settings& settings);

// From the next boot on the guest waits, and is somebody else's.
void give_back_guest(const sdk::Host& host, const sdk::Partition& partition, const Claims& claims,
                     const Claim& claim, const Settings& settings);

}  // namespace runphi::bao
