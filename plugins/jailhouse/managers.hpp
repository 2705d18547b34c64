// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <vector>

#include "format/model.hpp"
#include "images.hpp"
#include "node.hpp"

// The second halves of the resource managers, one file each. The first halves are the planning
// functions of JailhouseBackend in the same files: each looks at the machine and writes its part of
// the plan, or refuses what a cell cannot have. These add to the cell what the part says, and look
// at nothing else.
namespace runphi::jailhouse {

void add_cpus(Cell& cell, const sdk::Plan& plan);
void add_memory(Cell& cell, const sdk::Plan& plan);
void add_boot(Cell& cell, const sdk::Plan& plan);

// What the guest boots from, to be loaded into the cell of the plan; a Linux guest is told all
// about the cell, and about the machine as it is now.
void add_images(CellImages& loaded, const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                const Node& node, const Cell& cell);

}  // namespace runphi::jailhouse
