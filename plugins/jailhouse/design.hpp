// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <vector>

#include "format/layout.hpp"
#include "format/model.hpp"

namespace runphi::jailhouse {

// The configuration of the partition's cell, out of the parts of the plan (managers.hpp). Throws
// Error for a guest of another architecture.
Cell design_cell(const sdk::Plan& plan, const System& system);

// Throws Error(invalid) with everything that is wrong with the cell on this machine, beside the
// others. What is wrong among these alone is not this cell's: two of somebody else's may be meant
// to live one after the other.
void require_sound(const System& system, Layout layout, const Cell& cell,
                   const std::vector<Cell>& others);

}  // namespace runphi::jailhouse
