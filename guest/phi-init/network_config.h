/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_NETWORK_CONFIG_H
#define RUNPHI_GUEST_NETWORK_CONFIG_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"
#include "runphi/agent.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An IPv4 or IPv6 address; family 0: none. */
struct phi_ip {
    int family;   /* AF_INET, AF_INET6 */
    uint8_t size; /* 4 or 16 */
    uint8_t bytes[16];
};

struct phi_net_interface {
    uint8_t mac[6];
    uint32_t mtu;
    bool up, ipv6;
    uint8_t accept_ra;
    char name[IFNAMSIZ];
};

struct phi_net_address {
    size_t interface; /* index in `interfaces` */
    struct phi_ip ip, peer, broadcast;
    uint8_t prefix, scope;
};

struct phi_net_route {
    size_t interface;
    struct phi_ip to, gateway, source;
    uint8_t prefix, scope, protocol;
    bool onlink;
    uint32_t metric, mtu;
};

struct phi_net_neighbour {
    size_t interface;
    struct phi_ip ip;
    uint8_t mac[6];
};

/* Name servers that phi-init stands in for. */
struct phi_resolvers {
    uint8_t addresses[RUNPHI_AGENT_RESOLVERS_MAX][4]; /* IPv4, 127.0.0.0/8 */
    unsigned count;
};

struct phi_network {
    struct phi_net_interface* interfaces;
    struct phi_net_address* addresses;
    struct phi_net_route* routes;
    struct phi_net_neighbour* neighbours;
    size_t n_interfaces, n_addresses, n_routes, n_neighbours;
    struct phi_resolvers resolvers;
};

/* Reads the records of /.runphi/network (network_keys.h). `text` is changed in place.
 * phi_network_free is to be called in either case. */
bool phi_network_parse(char* text, size_t length, struct phi_network* out,
                       struct phi_failure* failure);
void phi_network_free(struct phi_network* network);

#ifdef __cplusplus
}
#endif

#endif
