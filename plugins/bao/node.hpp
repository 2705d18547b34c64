// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "settings.hpp"
#include "slots/fit.hpp"

namespace runphi::bao {

// Where the slots' device trees are: beside the slot table.
std::string tree_folder(const Settings& settings);

// The slots that have all that the plan was granted and into which its images can be loaded; if
// there is none, such guests. Throws Error that says what a layout would have to have if there is
// neither.
Fitting bootable_vms(const SlotTable& table, const sdk::Plan& plan,
                     const std::vector<sdk::Image>& images, const Settings& settings);

}  // namespace runphi::bao
