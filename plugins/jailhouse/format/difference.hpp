// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "model.hpp"

namespace runphi::jailhouse {

// The first member in which the two are not the same, as "root_cell.mem_regions[2].colors"; nullopt
// if they are equal.
std::optional<std::string> first_difference(const Cell& a, const Cell& b);
std::optional<std::string> first_difference(const System& a, const System& b);

}  // namespace runphi::jailhouse
