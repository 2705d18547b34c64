// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "../node.hpp"
#include "found.hpp"

namespace runphi::jailhouse {

// What the cells of this node may get, and where that is known from. `ours`: names of our
// partitions, whose cells count as free: who holds what, the core knows. Throws Error that says
// what does not fit and what to do.
Found discover(const Node& node, const Settings& settings, const std::vector<std::string>& ours);

}  // namespace runphi::jailhouse
