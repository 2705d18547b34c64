// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <vector>

#include "format/model.hpp"
#include "images.hpp"
#include "node.hpp"

// The second halves of the resource managers, one file each. The first halves are the planning
// functions of JailhouseBackend in the same files: each looks at the machine and writes its part of
// the plan, or refuses what a cell cannot have. These add to the cell what the part says, out of
// what the root cell has of it.
namespace runphi::jailhouse {

void add_cpus(Cell& cell, const sdk::Plan& plan);
void add_memory(Cell& cell, const sdk::Plan& plan);
void add_devices(Cell& cell, const sdk::Plan& plan, const System& system);
void add_network(Cell& cell, const sdk::Plan& plan, const System& system);
void add_channels(Cell& cell, const sdk::Plan& plan, const System& system);
void add_boot(Cell& cell, const sdk::Plan& plan);

// What the guest's CPUs boot from, to be loaded into the cell of the plan; a Linux guest is told
// all about the cell, and about the machine as it is now.
void add_images(CellImages& loaded, const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                const Node& node, const Cell& cell);

// What remote processors run, if the cell has some: it becomes a file (firmware.hpp). After all
// else, and in a call of its own: in one call the driver loads it first, and then over it.
void load_remote(Driver& driver, int cell_id, const sdk::Plan& plan, const Settings& settings,
                 const std::vector<sdk::Image>& images);

}  // namespace runphi::jailhouse
