// SPDX-License-Identifier: Apache-2.0
#include "core/network/parse.hpp"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <net/if_arp.h>

#include <algorithm>
#include <cstring>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "runphi/abi.h"
#include "runphi/netlink.h"

namespace phi::network {

namespace {

template <unsigned Count>
struct Attributes {
    const nlattr* at[Count];
    const nlattr* operator[](unsigned type) const { return at[type]; }
};

template <unsigned Count>
Attributes<Count> attributes_of(const nlmsghdr* message, std::size_t body) {
    Attributes<Count> table{};
    runphi_nl_index_message(message, body, table.at, Count);
    return table;
}

template <unsigned Count>
Attributes<Count> inside(const nlattr* nest) {
    Attributes<Count> table{};
    if (nest != nullptr) {
        runphi_nl_index(runphi_nl_data(nest), runphi_nl_size(nest), table.at, Count);
    }
    return table;
}

// Empty if the attribute is missing or no address of the family.
std::string ip(unsigned family, const nlattr* attribute) {
    const std::size_t size = family == AF_INET ? 4 : 16;
    char text[INET6_ADDRSTRLEN];
    if (attribute == nullptr || runphi_nl_size(attribute) != size ||
        ::inet_ntop(static_cast<int>(family), runphi_nl_data(attribute), text, sizeof text) ==
            nullptr) {
        return {};
    }
    return text;
}

std::string mac(const nlattr* attribute) {
    if (runphi_nl_size(attribute) != 6) return {};
    const auto* bytes = static_cast<const std::uint8_t*>(runphi_nl_data(attribute));
    std::string out;
    for (int i = 0; i < 6; ++i) out += (i == 0 ? "" : ":") + hex(bytes[i], 2);
    return out;
}

// Text of an attribute, which ends at a NUL or with it.
std::string words(const nlattr* attribute) {
    const auto* data =
        attribute == nullptr ? "" : static_cast<const char*>(runphi_nl_data(attribute));
    return {data, ::strnlen(data, runphi_nl_size(attribute))};
}

// net.ipv6.conf.NAME.*, as the kernel counts them (DEVCONF_* of linux/ipv6.h); nullopt where this
// kernel has no IPv6.
void read_ipv6(const nlattr* specification, Interface& out) {
    const auto families = inside<AF_INET6 + 1>(specification);
    const auto ipv6 = inside<IFLA_INET6_MAX + 1>(families[AF_INET6]);
    const nlattr* conf = ipv6[IFLA_INET6_CONF];
    const auto value = [&](std::size_t index) {
        std::int32_t number = 0;
        const std::size_t at = index * sizeof number;
        if (runphi_nl_size(conf) >= at + sizeof number) {
            std::memcpy(&number, static_cast<const char*>(runphi_nl_data(conf)) + at,
                        sizeof number);
        }
        return number;
    };
    out.ipv6 = conf != nullptr && value(DEVCONF_DISABLE_IPV6) == 0;
    out.accept_ra = static_cast<unsigned>(std::clamp(value(DEVCONF_ACCEPT_RA), 0, 2));
}

bool is_ip(unsigned family) {
    return family == AF_INET || family == AF_INET6;
}

// Of an IPv6 address or route that has come with a router advertisement: the guest hears those
// itself.
bool learned(unsigned family, std::uint32_t flags) {
    return family == AF_INET6 && (flags & IFA_F_PERMANENT) == 0;
}

}  // namespace

std::optional<Link> parse_link(const nlmsghdr* message) {
    const auto* info = static_cast<const ifinfomsg*>(runphi_nl_body(message, sizeof(ifinfomsg)));
    if (message->nlmsg_type != RTM_NEWLINK || info == nullptr) return std::nullopt;
    const auto attributes = attributes_of<IFLA_MAX + 1>(message, sizeof *info);
    const auto kind = inside<IFLA_INFO_MAX + 1>(attributes[IFLA_LINKINFO]);
    Link link;
    link.loopback = (info->ifi_flags & IFF_LOOPBACK) != 0;
    link.ethernet = info->ifi_type == ARPHRD_ETHER;
    link.port = attributes[IFLA_MASTER] != nullptr;
    link.kind = words(kind[IFLA_INFO_KIND]);
    // The two ends of a veth name each other, and neither is on top.
    if (attributes[IFLA_LINK_NETNSID] == nullptr && link.kind != "veth") {
        link.below = runphi_nl_u32(attributes[IFLA_LINK], 0);
    }
    link.interface.index = static_cast<unsigned>(info->ifi_index);
    link.interface.name = words(attributes[IFLA_IFNAME]);
    link.interface.mac = mac(attributes[IFLA_ADDRESS]);
    link.interface.mtu = runphi_nl_u32(attributes[IFLA_MTU], 1500);
    link.interface.up = (info->ifi_flags & IFF_UP) != 0;
    read_ipv6(attributes[IFLA_AF_SPEC], link.interface);
    return link;
}

std::optional<Of<Address>> parse_address(const nlmsghdr* message) {
    const auto* info = static_cast<const ifaddrmsg*>(runphi_nl_body(message, sizeof(ifaddrmsg)));
    if (message->nlmsg_type != RTM_NEWADDR || info == nullptr || !is_ip(info->ifa_family)) {
        return std::nullopt;
    }
    const auto attributes = attributes_of<IFA_MAX + 1>(message, sizeof *info);
    const std::uint32_t flags = runphi_nl_u32(attributes[IFA_FLAGS], info->ifa_flags);
    if (learned(info->ifa_family, flags) || (flags & IFA_F_DADFAILED) != 0) return std::nullopt;
    const std::string near = ip(info->ifa_family, attributes[IFA_LOCAL]);
    const std::string far = ip(info->ifa_family, attributes[IFA_ADDRESS]);
    Address address;
    address.address = near.empty() ? far : near;
    if (far != address.address) address.peer = far;
    address.prefix = info->ifa_prefixlen;
    if (info->ifa_family == AF_INET) {
        address.broadcast = ip(AF_INET, attributes[IFA_BROADCAST]);
    }
    address.scope = info->ifa_scope;
    if (address.address.empty()) return std::nullopt;
    return Of<Address>{info->ifa_index, std::move(address)};
}

std::optional<Of<Route>> parse_route(const nlmsghdr* message) {
    const auto* info = static_cast<const rtmsg*>(runphi_nl_body(message, sizeof(rtmsg)));
    if (message->nlmsg_type != RTM_NEWROUTE || info == nullptr || !is_ip(info->rtm_family) ||
        info->rtm_type != RTN_UNICAST || (info->rtm_flags & RTM_F_CLONED) != 0 ||
        info->rtm_protocol == RTPROT_RA || info->rtm_protocol == RTPROT_REDIRECT) {
        return std::nullopt;
    }
    const auto attributes = attributes_of<RTA_MAX + 1>(message, sizeof *info);
    if (runphi_nl_u32(attributes[RTA_TABLE], info->rtm_table) != RT_TABLE_MAIN) {
        return std::nullopt;
    }
    const unsigned family = info->rtm_family;
    Route route;
    route.destination = ip(family, attributes[RTA_DST]);
    if (route.destination.empty()) route.destination = family == AF_INET ? "0.0.0.0" : "::";
    route.prefix = info->rtm_dst_len;
    if (attributes[RTA_MULTIPATH] != nullptr || attributes[RTA_VIA] != nullptr ||
        attributes[RTA_ENCAP] != nullptr) {
        throw Error(Code::unsupported,
                    text("network: the route to ", route.destination, "/", route.prefix,
                         " has several next hops, or one of another kind"),
                    "a partition can be given routes with one next hop; or annotate it with "
                    "org.runphi.net=none");
    }
    route.gateway = ip(family, attributes[RTA_GATEWAY]);
    route.source = ip(family, attributes[RTA_PREFSRC]);
    route.metric = runphi_nl_u32(attributes[RTA_PRIORITY], 0);
    route.scope = info->rtm_scope;
    route.protocol = info->rtm_protocol;
    route.onlink = (info->rtm_flags & RTNH_F_ONLINK) != 0;
    const auto metrics = inside<RTAX_MAX + 1>(attributes[RTA_METRICS]);
    route.mtu = runphi_nl_u32(metrics[RTAX_MTU], 0);
    return Of<Route>{runphi_nl_u32(attributes[RTA_OIF], 0), std::move(route)};
}

std::optional<Of<Neighbour>> parse_neighbour(const nlmsghdr* message) {
    const auto* info = static_cast<const ndmsg*>(runphi_nl_body(message, sizeof(ndmsg)));
    if (message->nlmsg_type != RTM_NEWNEIGH || info == nullptr || !is_ip(info->ndm_family) ||
        (info->ndm_state & NUD_PERMANENT) == 0 || (info->ndm_flags & NTF_PROXY) != 0) {
        return std::nullopt;
    }
    const auto attributes = attributes_of<NDA_MAX + 1>(message, sizeof *info);
    Neighbour one{ip(info->ndm_family, attributes[NDA_DST]), mac(attributes[NDA_LLADDR])};
    if (one.address.empty() || one.mac.empty()) return std::nullopt;
    return Of<Neighbour>{static_cast<unsigned>(info->ndm_ifindex), std::move(one)};
}

namespace {

bool is_for_a_guest(const Link& link) {
    return !link.loopback && !link.port &&
           !link.interface.name.starts_with(RUNPHI_NETWORK_DEVICE_PREFIX) &&
           (link.interface.up || !link.interface.addresses.empty());
}

bool is_printable(const std::string& name) {
    return is_utf8(name) && std::all_of(name.begin(), name.end(), [](char c) {
               return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
           });
}

[[noreturn]] void cannot_have(const Interface& one, const std::string& why) {
    throw Error(Code::unsupported,
                text("network interface ", quoted(one.name), " ", why,
                     ", so a partition cannot be given it"),
                "take it out of the container's network, or annotate the container with "
                "org.runphi.net=none");
}

}  // namespace

std::vector<Interface> choose_interfaces(std::vector<Link> links) {
    std::erase_if(links, [](const Link& link) { return !is_for_a_guest(link); });
    std::sort(links.begin(), links.end(),
              [](const Link& a, const Link& b) { return a.interface.index < b.interface.index; });
    std::vector<Interface> chosen;
    for (Link& link : links) {
        Interface& one = link.interface;
        if (!is_printable(one.name)) cannot_have(one, "has no printable name");
        if (!link.ethernet || one.mac.empty()) cannot_have(one, "is no Ethernet");
        for (const Link& other : links) {
            if (other.interface.index == link.below) {
                cannot_have(one, "is on top of " + quoted(other.interface.name));
            }
        }
        for (const Interface& before : chosen) {
            if (before.mac == one.mac) {
                cannot_have(one, "has the MAC address of " + quoted(before.name));
            }
        }
        chosen.push_back(one);  // a copy: the name is still needed in messages
    }
    return chosen;
}

}  // namespace phi::network
