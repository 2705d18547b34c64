// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "deadline.hpp"

// The interfaces of a container's network namespace, joined to its guest. Each has a tap beside it,
// which lives as long as somebody holds its descriptor, and an ingress queue (common/cable.hpp).
// leave_network() takes both away.
namespace runphi::qemu {

inline constexpr std::size_t interfaces_max = 8;  // a microvm has as many virtio slots

// The taps, in the order of plan.interfaces; none for a partition without a network. This process
// is in the namespace. Throws Error(busy) naming who has an interface.
std::vector<sdk::UniqueFd> join_network(const sdk::Plan& plan, const std::string& partition,
                                        Deadline deadline);

// Gives the interfaces back to the namespace, if it still is there. Idempotent.
void leave_network(const sdk::Plan& plan, const std::string& partition, Deadline deadline);

}  // namespace runphi::qemu
