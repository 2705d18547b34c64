// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "../format/number_set.hpp"
#include "../pools.hpp"
#include "links.hpp"

// What was found for the board (plugin-api/schema/board.json). Comments say where.
namespace runphi::jailhouse {

struct FoundPool {
    Extent where;
    std::string comment;

    bool operator==(const FoundPool&) const = default;
};

struct FoundDevice {
    std::string name, path;  // path: in the device tree, or the PCI address
    std::vector<Extent> registers;
    Numbers interrupts;  // INTIDs
    std::string comment;

    bool operator==(const FoundDevice&) const = default;
};

struct Found {
    std::string name, comment;
    Numbers cpus;
    std::string cpus_comment;
    std::vector<FoundPool> pools;
    std::vector<FoundDevice> devices;
    Numbers interrupts;
    std::vector<Link> links;
};

std::string board_json(const Found& found);

}  // namespace runphi::jailhouse
