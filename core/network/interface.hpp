// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What a network namespace has for its container, as the guest is to have it.
namespace phi::network {

// Addresses are text as inet_ntop(3) writes it: "10.0.0.2", "fd00::2"; empty where there is none.
struct Address {
    std::string address;
    unsigned prefix = 0;
    std::string peer;       // of a point-to-point address; the prefix is the peer's
    std::string broadcast;  // IPv4 only
    unsigned scope = 0;     // RT_SCOPE_*
};

struct Route {
    std::string destination;  // of the default route "0.0.0.0" or "::"
    unsigned prefix = 0;
    std::string gateway;  // empty: the destination is on the link
    std::string source;   // the preferred source address
    std::uint32_t metric = 0;
    unsigned scope = 0;     // RT_SCOPE_*
    unsigned protocol = 0;  // RTPROT_*: who made it
    bool onlink = false;    // the gateway is on the link although no route says so
    std::uint32_t mtu = 0;  // 0: the interface's
};

// A permanent entry of the neighbour table, which some networks need instead of ARP.
struct Neighbour {
    std::string address;
    std::string mac;
};

struct Interface {
    unsigned index = 0;
    std::string name;
    std::string mac;  // "02:42:ac:11:00:02"
    std::uint32_t mtu = 0;
    bool up = false;
    bool ipv6 = true;        // IPv6 is enabled on it
    unsigned accept_ra = 0;  // net.ipv6.conf.NAME.accept_ra
    std::vector<Address> addresses;
    std::vector<Route> routes;
    std::vector<Neighbour> neighbours;
};

// A network namespace, and how another process finds it.
struct Namespace {
    std::string path;  // that it can be opened by, as long as that leads to it
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    bool same(const Namespace& other) const {
        return device == other.device && inode == other.inode;
    }
};

}  // namespace phi::network
