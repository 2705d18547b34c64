// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

#include "rtnetlink.hpp"

namespace runphi::qemu {

// The messages of links.
runphi_nl_message get_link(const std::string& name);
runphi_nl_message get_link(unsigned index);
struct LinkRow {
    unsigned index = 0;
    std::string name;
    std::string alias;
};
std::optional<LinkRow> parse_link(const nlmsghdr* message);

// nullopt: there is none.
std::optional<LinkRow> find_link(Rtnetlink& netlink, const std::string& name);
std::optional<LinkRow> find_link(Rtnetlink& netlink, unsigned index);

// A tap with one queue in the network namespace of this process; it goes when the descriptor is
// closed by all who have it.
sdk::UniqueFd open_tap(const std::string& name);

// Dresses it: the MTU, the alias that people see, and no IPv6 of the host's own on it.
void configure_tap(Rtnetlink& netlink, const LinkRow& tap, std::uint64_t mtu,
                   const std::string& alias);
void bring_up(Rtnetlink& netlink, const LinkRow& link);

// Takes a tap away that somebody may still have open; there need not be one.
void remove_tap(Rtnetlink& netlink, const LinkRow& tap);

}  // namespace runphi::qemu
