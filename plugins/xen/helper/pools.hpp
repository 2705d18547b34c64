// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "../domain/pool_choice.hpp"
#include "xl.hpp"

namespace runphi::xen {

std::vector<CpuPool> read_pools(Xl& xl);
// Everything for the board.
Facts read_machine(Xl& xl);

}  // namespace runphi::xen
