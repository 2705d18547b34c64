// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/netlink.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/network/interface.hpp"

// Messages of the kernel (rtnetlink(7)) as what they say. A message that says nothing for a guest
// gives nullopt. Pure.
namespace phi::network {

// RTM_NEWLINK, whether or not a guest can have it.
struct Link {
    Interface interface;
    bool loopback = false;
    bool ethernet = false;
    bool port = false;   // of a bridge, bond or VRF
    unsigned below = 0;  // index of the interface in this namespace that it is stacked on; 0: none
    std::string kind;    // "veth", "macvlan"; empty for hardware
};
std::optional<Link> parse_link(const nlmsghdr* message);

// RTM_NEWADDR, RTM_NEWROUTE and RTM_NEWNEIGH, with the index of the interface.
template <typename T>
using Of = std::pair<unsigned, T>;
std::optional<Of<Address>> parse_address(const nlmsghdr* message);
std::optional<Of<Route>> parse_route(const nlmsghdr* message);
std::optional<Of<Neighbour>> parse_neighbour(const nlmsghdr* message);

// The interfaces that a guest can have, among all. `links` have their addresses. Throws as
// read_interfaces().
std::vector<Interface> choose_interfaces(std::vector<Link> links);

}  // namespace phi::network
