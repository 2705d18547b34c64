// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

namespace runphi::qemu {

// A tap with one queue in the network namespace of this process; it goes when the descriptor is
// closed by all who have it.
sdk::UniqueFd open_tap(const std::string& name);

}  // namespace runphi::qemu
