/* SPDX-License-Identifier: Apache-2.0 */
/* The container's name servers on loopback addresses, which are the host's to reach: phi-init
 * listens in their place and carries what comes over the agent channel (runphi/agent.h: lookups).
 */
#ifndef RUNPHI_GUEST_LOOKUPS_H
#define RUNPHI_GUEST_LOOKUPS_H

#include <netinet/in.h>
#include <poll.h>

#include "link.h"
#include "network_config.h"

/* One question on its way; free when `until` has passed. */
struct phi_lookup {
    uint32_t number;
    int64_t until;
    uint8_t server;
    int connection;          /* -1: a datagram */
    bool ended;              /* nothing more comes out of the connection */
    struct sockaddr_in from; /* of a datagram */
};

struct phi_lookups {
    unsigned servers;
    int datagrams[RUNPHI_AGENT_RESOLVERS_MAX], listeners[RUNPHI_AGENT_RESOLVERS_MAX];
    struct phi_lookup all[RUNPHI_AGENT_LOOKUPS_MAX];
    uint32_t last_number;
};

enum { phi_lookups_slots = 2 * RUNPHI_AGENT_RESOLVERS_MAX + RUNPHI_AGENT_LOOKUPS_MAX };

/* The loopback is up. Without name servers there is nothing to do. */
bool phi_lookups_listen(struct phi_lookups* lookups, const struct phi_resolvers* resolvers,
                        struct phi_failure* failure);

/* Nothing is taken that the link has no room for. */
void phi_lookups_poll(struct phi_lookups* lookups, const struct phi_link* link,
                      struct pollfd* slots);
void phi_lookups_handle(struct phi_lookups* lookups, struct phi_link* link,
                        const struct pollfd* slots);

/* An ANSWER of the host's, without its number. */
void phi_lookups_answer(struct phi_lookups* lookups, uint32_t number, const uint8_t* bytes,
                        size_t length);

#endif
