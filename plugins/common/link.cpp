// SPDX-License-Identifier: Apache-2.0
#include "link.hpp"

#include <linux/if_link.h>
#include <net/if.h>

#include <array>
#include <cstring>

namespace runphi::common {

namespace {

ifinfomsg link_body(unsigned index, unsigned flags = 0) {
    ifinfomsg out{};
    out.ifi_family = AF_UNSPEC;
    out.ifi_index = static_cast<int>(index);
    out.ifi_flags = flags;
    out.ifi_change = flags;
    return out;
}

runphi_nl_message begin(unsigned flags, const ifinfomsg& body, unsigned type = RTM_NEWLINK) {
    runphi_nl_message out;
    runphi_nl_begin(&out, type, flags, &body, sizeof body);
    return out;
}

std::string text_of(const nlattr* attribute) {
    if (attribute == nullptr) return {};
    const auto* text = static_cast<const char*>(runphi_nl_data(attribute));
    return {text, ::strnlen(text, runphi_nl_size(attribute))};
}

std::optional<LinkRow> find(Rtnetlink& netlink, const runphi_nl_message& question) {
    std::optional<LinkRow> found;
    const int error =
        netlink.read(question, [&](const nlmsghdr* message) { found = parse_link(message); });
    if (error == ENODEV) return std::nullopt;
    if (error != 0) throw sdk::os_error("look for a network interface", error);
    return found;
}

}  // namespace

runphi_nl_message get_link(const std::string& name) {
    auto out = begin(0, link_body(0), RTM_GETLINK);
    runphi_nl_put_text(&out, IFLA_IFNAME, name.c_str());
    return out;
}

runphi_nl_message get_link(unsigned index) {
    return begin(0, link_body(index), RTM_GETLINK);
}

std::optional<LinkRow> parse_link(const nlmsghdr* message) {
    const auto* info = static_cast<const ifinfomsg*>(runphi_nl_body(message, sizeof(ifinfomsg)));
    if (message->nlmsg_type != RTM_NEWLINK || info == nullptr) return std::nullopt;
    std::array<const nlattr*, IFLA_MAX + 1> table{};
    runphi_nl_index_message(message, sizeof *info, table.data(), IFLA_MAX + 1);
    return LinkRow{static_cast<unsigned>(info->ifi_index), text_of(table[IFLA_IFNAME]),
                   text_of(table[IFLA_IFALIAS])};
}

std::optional<LinkRow> find_link(Rtnetlink& netlink, const std::string& name) {
    return find(netlink, get_link(name));
}
std::optional<LinkRow> find_link(Rtnetlink& netlink, unsigned index) {
    return find(netlink, get_link(index));
}

void configure_link(Rtnetlink& netlink, const LinkRow& link, std::uint64_t mtu,
                    const std::string& alias) {
    auto dress = begin(NLM_F_ACK, link_body(link.index));
    runphi_nl_put_u32(&dress, IFLA_MTU, static_cast<std::uint32_t>(mtu));
    runphi_nl_put(&dress, IFLA_IFALIAS, alias.data(), alias.size());
    netlink.change(dress, "set the MTU of " + link.name + " to " + std::to_string(mtu));
    // With an address of its own the host would send router solicitations to the guest. A kernel
    // without IPv6 refuses this, and does not do that either.
    auto quiet = begin(NLM_F_ACK, link_body(link.index));
    const auto families = runphi_nl_open(&quiet, IFLA_AF_SPEC);
    const auto ipv6 = runphi_nl_open(&quiet, AF_INET6);
    runphi_nl_put_u8(&quiet, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
    runphi_nl_close(&quiet, ipv6);
    runphi_nl_close(&quiet, families);
    (void)netlink.attempt(quiet);
}

void bring_up(Rtnetlink& netlink, const LinkRow& link) {
    netlink.change(begin(NLM_F_ACK, link_body(link.index, IFF_UP)), "bring up " + link.name);
}

void remove_link(Rtnetlink& netlink, const LinkRow& link) {
    const int error = netlink.attempt(begin(NLM_F_ACK, link_body(link.index), RTM_DELLINK));
    if (error != 0 && error != ENODEV) throw sdk::os_error("remove " + link.name, error);
}

}  // namespace runphi::common
