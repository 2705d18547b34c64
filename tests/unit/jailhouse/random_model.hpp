// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "plugins/jailhouse/format/layout.hpp"
#include "plugins/jailhouse/format/model.hpp"

// Models with random values in every member that the layout has, whether they make sense or not.
namespace jailhouse_test {

namespace jh = runphi::jailhouse;

using Random = std::mt19937_64;

jh::Cell random_cell(Random& random, jh::Layout layout);
jh::System random_system(Random& random, jh::Layout layout);

}  // namespace jailhouse_test
