// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>

#include "deadline.hpp"
#include "rtnetlink.hpp"

namespace runphi::common {

// The namespace that a plan names, opened: by its path, by a mount of it, or by a process that is
// in it. Empty: it is gone, and all that was in it.
sdk::UniqueFd open_namespace(const sdk::NetworkNamespace& wanted);

// Keeps others of us from changing it meanwhile. False: somebody has had it until the deadline. The
// lock goes with the descriptor.
bool lock_namespace(const sdk::UniqueFd& opened, Deadline deadline);

// A conversation about it, from whatever namespace this process is in.
Rtnetlink talk_about(const sdk::UniqueFd& opened);

}  // namespace runphi::common
