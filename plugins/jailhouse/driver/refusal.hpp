// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

#include "tree.hpp"

namespace runphi::jailhouse {

enum class Operation { create, load, start, destroy };

// Why the driver said no, as far as its errno and the tree tell. `what` begins the message; `id` is
// the cell's, -1 for one that is to be made.
sdk::Error refusal(Operation operation, const std::string& what, int number, const Tree& tree,
                   int id = -1);

}  // namespace runphi::jailhouse
