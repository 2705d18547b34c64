// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <vector>

#include "format/layout.hpp"
#include "format/model.hpp"
#include "inmate.hpp"

namespace runphi::jailhouse {

// The one region of the grant that becomes the cell's memory, and where it is in the cell.
struct CellMemory {
    std::uint64_t phys = 0, size = 0, virt = 0;  // bytes
};

// The memory of the plan begins where the inmate does: at the load address, or at the page of an
// ELF file's first segment. Throws Error if the inmate does not fit into it.
CellMemory memory_of(const sdk::Plan& plan, const Inmate& inmate);

// The configuration of the partition's cell. Throws Error for what a cell cannot have.
Cell design_cell(const sdk::Plan& plan, const System& system, const Inmate& inmate);

// Throws Error(invalid) with everything that is wrong with the cell on this machine, beside the
// others.
void require_sound(const System& system, Layout layout, const Cell& cell,
                   const std::vector<Cell>& others);

}  // namespace runphi::jailhouse
