// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

#include "rtnetlink.hpp"

namespace runphi::common {

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

// Dresses what a backend puts beside an interface: the MTU, the alias that people see, and no IPv6
// of the host's own on it.
void configure_link(Rtnetlink& netlink, const LinkRow& link, std::uint64_t mtu,
                    const std::string& alias);
void bring_up(Rtnetlink& netlink, const LinkRow& link);

// Takes one away that somebody may still have open; there need not be one.
void remove_link(Rtnetlink& netlink, const LinkRow& link);

}  // namespace runphi::common
