// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/base/json.hpp"
#include "core/board/grant.hpp"
#include "core/boot/choice.hpp"
#include "core/oci/spec.hpp"
#include "core/settings/settings.hpp"

// The front halves of the resource managers, one file each. What asks for how much, in order of
// precedence: vm.hwConfig, the annotations, what the image asks for, the limits of
// linux.resources, the node's defaults.
namespace phi::plan {

void ask_cpus(const oci::Spec& spec, const boot::Choice& choice, const Settings& settings,
              const board::Board& board, board::Request& request);

void ask_memory(const oci::Spec& spec, const boot::Choice& choice, const Settings& settings,
                board::Request& request);

// Devices, addresses and interrupts.
void ask_devices(const oci::Spec& spec, const Settings& settings, board::Request& request);
// Where the guest sees a machine region that the container asked for: as vm.hwConfig.iomems says,
// else at its machine address.
std::uint64_t guest_base(const oci::Spec& spec, const board::Region& region);

// In the backend's own terms; empty: none.
std::string network(const oci::Spec& spec, const boot::Choice& choice);

// Of org.runphi.channels, and org.runphi.net if that is a channel of the board.
void ask_channels(const oci::Spec& spec, const Settings& settings, const board::Board& board,
                  board::Request& request);

// plan.boot
json::Value boot_value(const boot::Choice& choice, json::Document::AllocatorType& memory);

}  // namespace phi::plan
