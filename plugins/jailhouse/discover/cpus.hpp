// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "linux_files.hpp"
#include "others.hpp"

namespace runphi::jailhouse {

struct FoundCpus {
    Numbers cpus;         // that cells may get, and those that ours have
    std::string comment;  // which others there are, and why they are not among them
};

// The root cell keeps one that is online, the lowest: CPU 0 unless it has lost it. Throws
// Error(invalid) if a cell has a CPU that the system's configuration does not know.
FoundCpus cpus_for_cells(const System& system, const std::vector<CellStatus>& cells,
                         const Others& others, const LinuxFiles& machine);

}  // namespace runphi::jailhouse
