/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/if_addr.h>
#include <linux/neighbour.h>

#include "network.h"

static void put_ip(struct runphi_nl_message* out, unsigned type, const struct phi_ip* ip) {
    if (ip->family != 0) runphi_nl_put(out, type, ip->bytes, ip->size);
}

/* The engine has made sure that nobody else has the address, and a kernel that asks around first
 * would keep it from use for a second. The routes are given one by one: an address makes none. */
void phi_network_address_message(const struct phi_net_address* address, unsigned index,
                                 struct runphi_nl_message* out) {
    const struct ifaddrmsg body = {
        .ifa_family = (uint8_t)address->ip.family,
        .ifa_prefixlen = address->prefix,
        .ifa_scope = address->scope,
        .ifa_index = index,
    };
    runphi_nl_begin(out, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &body, sizeof body);
    put_ip(out, IFA_LOCAL, &address->ip);
    put_ip(out, IFA_ADDRESS, address->peer.family != 0 ? &address->peer : &address->ip);
    put_ip(out, IFA_BROADCAST, &address->broadcast);
    runphi_nl_put_u32(out, IFA_FLAGS, IFA_F_PERMANENT | IFA_F_NODAD | IFA_F_NOPREFIXROUTE);
}

void phi_network_route_message(const struct phi_net_route* route, unsigned index,
                               struct runphi_nl_message* out) {
    const struct rtmsg body = {
        .rtm_family = (uint8_t)route->to.family,
        .rtm_dst_len = route->prefix,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = route->protocol,
        .rtm_scope = route->scope,
        .rtm_type = RTN_UNICAST,
        .rtm_flags = route->onlink ? RTNH_F_ONLINK : 0,
    };
    runphi_nl_begin(out, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &body, sizeof body);
    if (route->prefix > 0) put_ip(out, RTA_DST, &route->to);
    put_ip(out, RTA_GATEWAY, &route->gateway);
    put_ip(out, RTA_PREFSRC, &route->source);
    runphi_nl_put_u32(out, RTA_OIF, index);
    if (route->metric != 0) runphi_nl_put_u32(out, RTA_PRIORITY, route->metric);
    if (route->mtu != 0) {
        const uint32_t metrics = runphi_nl_open(out, RTA_METRICS);
        runphi_nl_put_u32(out, RTAX_MTU, route->mtu);
        runphi_nl_close(out, metrics);
    }
}

void phi_network_neighbour_message(const struct phi_net_neighbour* neighbour, unsigned index,
                                   struct runphi_nl_message* out) {
    const struct ndmsg body = {
        .ndm_family = (uint8_t)neighbour->ip.family,
        .ndm_ifindex = (int)index,
        .ndm_state = NUD_PERMANENT,
    };
    runphi_nl_begin(out, RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, &body,
                    sizeof body);
    put_ip(out, NDA_DST, &neighbour->ip);
    runphi_nl_put(out, NDA_LLADDR, neighbour->mac, sizeof neighbour->mac);
}
