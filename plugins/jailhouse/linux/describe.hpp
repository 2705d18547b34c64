// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "../../common/host_tree.hpp"
#include "../format/model.hpp"
#include "cell_tree.hpp"

namespace runphi::jailhouse {

// Where this machine tells about itself, and what its owner adds.
struct Machine {
    std::string device_tree = "/sys/firmware/devicetree/base";
    std::string cpus = "/sys/devices/system/cpu";
    std::map<std::string, std::uint32_t> clocks;  // see devices_of
};

// The tree of a cell without what it boots: CPUs, memory, GIC, PCI, devices. All memory that it may
// write and execute and that nobody else has is the kernel's, and `channel` its host's. Throws
// Error for what Linux could not use.
CellTree describe_cell(const System& system, const Cell& cell, const std::optional<Extent>& channel,
                       const Machine& machine);

}  // namespace runphi::jailhouse
