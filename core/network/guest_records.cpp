// SPDX-License-Identifier: Apache-2.0
#include "core/network/guest_records.hpp"

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "guest/phi-init/network_keys.h"

namespace phi::network {

namespace {

std::string or_dash(const std::string& value) {
    return value.empty() ? "-" : value;
}

template <typename... Fields>
void add(std::string& out, std::string_view key, const Fields&... fields) {
    out += text(key, '=');
    bool first = true;
    ((out += text(first ? "" : " ", fields), first = false), ...);
    out += '\0';
}

void add_interface(std::string& out, const Interface& one) {
    add(out, PHI_NET_INTERFACE, one.mac, one.mtu, one.up, one.ipv6, one.accept_ra, one.name);
    for (const Address& address : one.addresses) {
        add(out, PHI_NET_ADDRESS, address.address, address.prefix, or_dash(address.peer),
            or_dash(address.broadcast), address.scope);
    }
    for (const Route& route : one.routes) {
        add(out, PHI_NET_ROUTE, route.destination, route.prefix, or_dash(route.gateway),
            or_dash(route.source), route.metric, route.scope, route.protocol, route.onlink,
            route.mtu);
    }
    for (const Neighbour& neighbour : one.neighbours) {
        add(out, PHI_NET_NEIGHBOUR, neighbour.address, neighbour.mac);
    }
}

}  // namespace

std::string guest_records(const std::vector<Interface>& interfaces,
                          const std::vector<std::string>& resolvers) {
    if (interfaces.size() > PHI_NETWORK_INTERFACES_MAX) {
        throw Error(Code::unsupported,
                    text("the container has ", interfaces.size(),
                         " network interfaces; a partition can be given at most ",
                         PHI_NETWORK_INTERFACES_MAX));
    }
    std::string out;
    add(out, PHI_NET_FORMAT, PHI_NET_FORMAT_VERSION);
    for (const Interface& one : interfaces) add_interface(out, one);
    for (const std::string& one : resolvers) add(out, PHI_NET_RESOLVER, one);
    if (out.size() > PHI_NETWORK_SIZE_MAX) {
        throw Error(Code::unsupported,
                    text("the container's network is described by ", out.size(),
                         " bytes; a guest reads at most ", PHI_NETWORK_SIZE_MAX));
    }
    return out;
}

}  // namespace phi::network
