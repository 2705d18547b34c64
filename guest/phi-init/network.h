/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_NETWORK_H
#define RUNPHI_GUEST_NETWORK_H

#include <runphi/netlink.h>

#include "early.h"
#include "network_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Gives the machine's network devices what /.runphi/network says: names, addresses, routes. Without
 * the file there is nothing to do. Leaves in *resolvers what it says of name servers. */
bool phi_network_setup(const struct phi_early* early, struct phi_resolvers* resolvers,
                       struct phi_failure* failure);

/* The messages that it sends. */
void phi_network_address_message(const struct phi_net_address* address, unsigned index,
                                 struct runphi_nl_message* out);
void phi_network_route_message(const struct phi_net_route* route, unsigned index,
                               struct runphi_nl_message* out);
void phi_network_neighbour_message(const struct phi_net_neighbour* neighbour, unsigned index,
                                   struct runphi_nl_message* out);

#ifdef __cplusplus
}
#endif

#endif
