// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "format/model.hpp"

// What the machine's own device tree says about one of its devices.
namespace runphi::jailhouse {

// The numbers by which an IOMMU knows a device that reaches memory by itself, as the system
// configuration lists them for the root cell. `tree`: the folder of the device
// tree's root. Empty for a
// device behind none, or on a system whose configuration has no IOMMU. Throws Error(unsupported)
// for a device behind one whose numbers the root cell has not got: its accesses would be anybody's.
std::vector<std::uint32_t> stream_ids_of(const System& system, const std::string& tree,
                                         const std::string& node);

// The console that Jailhouse's inmates know how to drive, if the device is one; without an address.
std::optional<Console> console_at(const std::string& tree, const std::string& node);

}  // namespace runphi::jailhouse
