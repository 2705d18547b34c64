// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/network/interface.hpp"

namespace phi::network {

// Every interface of this process's network namespace that a guest can have: up, or with an
// address, but for the loopback, the ports of a bridge or bond, and what a backend has made there
// for a partition. With the addresses, the routes of the main table and the permanent neighbours
// that belong to it; what the kernel learned by router advertisements is left to the guest. Throws
// Error(unsupported) for what a guest cannot have: an interface that is no Ethernet, two with one
// MAC address, one on top of another, a route with several next hops.
std::vector<Interface> read_interfaces();

}  // namespace phi::network
