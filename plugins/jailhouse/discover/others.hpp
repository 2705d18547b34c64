// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "../node.hpp"

namespace runphi::jailhouse {

// The cells that are not ours. What they have is not to be given away; Jailhouse does not tell it
// of a cell, so their configurations must be known.
struct Others {
    std::vector<CellStatus> living;
    std::vector<Cell> configs;  // all that the settings name, of those that do not live, too
};

// `cells`: all that live. `ours`: names of our partitions. Throws Error(no_resource) for one that
// lives and whose configuration the settings do not name.
Others others_of(const Node& node, const Settings& settings, const std::vector<CellStatus>& cells,
                 const std::vector<std::string>& ours);

// The configurations that the settings name. Throws Error that names the file.
std::vector<Cell> configs_of_others(const Node& node, const Settings& settings);

}  // namespace runphi::jailhouse
