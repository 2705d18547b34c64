/* SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "network_keys.h"
#include "path.h"

enum { devices_max = 64, carrier_patience_ms = 2000 };

/* A network device of this machine. */
struct device {
    unsigned index, flags;
    uint8_t mac[6];
    char name[IFNAMSIZ];
};

struct setup {
    const struct phi_early* early;
    struct phi_network config;
    unsigned index[PHI_NETWORK_INTERFACES_MAX]; /* the device of each interface */
    struct device devices[devices_max];
    unsigned n_devices;
    struct runphi_nl_socket netlink;
    struct runphi_nl_message message;
    uint32_t buffer[RUNPHI_NL_DATAGRAM_MAX / 4];
    struct phi_failure* failure;
};

/* ---- talking to the kernel ---- */

/* Sends the message that was built. `result`: 0 or an errno. */
static bool change(struct setup* s, int* result) {
    *result = -runphi_nl_ask(&s->netlink, &s->message, s->buffer, NULL, NULL);
    return *result == 0;
}

static void begin_link(struct setup* s, unsigned type, unsigned flags, unsigned index,
                       unsigned set) {
    const struct ifinfomsg body = {.ifi_index = (int)index, .ifi_flags = set, .ifi_change = set};
    runphi_nl_begin(&s->message, type, flags, &body, sizeof body);
}

static bool take_device(const struct nlmsghdr* message, void* context) {
    struct setup* s = context;
    const struct ifinfomsg* info = runphi_nl_body(message, sizeof *info);
    if (message->nlmsg_type != RTM_NEWLINK || info == NULL || s->n_devices == devices_max)
        return true;
    const struct nlattr* table[IFLA_MAX + 1];
    runphi_nl_index_message(message, sizeof *info, table, IFLA_MAX + 1);
    if (runphi_nl_size(table[IFLA_ADDRESS]) != 6 || table[IFLA_IFNAME] == NULL) return true;
    struct device* one = &s->devices[s->n_devices++];
    one->index = (unsigned)info->ifi_index;
    one->flags = info->ifi_flags;
    memcpy(one->mac, runphi_nl_data(table[IFLA_ADDRESS]), sizeof one->mac);
    (void)snprintf(one->name, sizeof one->name, "%s",
                   (const char*)runphi_nl_data(table[IFLA_IFNAME]));
    return true;
}

/* ---- devices ---- */

static bool find_devices(struct setup* s) {
    begin_link(s, RTM_GETLINK, NLM_F_DUMP, 0, 0);
    const int error = -runphi_nl_ask(&s->netlink, &s->message, s->buffer, take_device, s);
    if (error != 0)
        return phi_fail_errno(s->failure, PHI_STATUS_SETUP, error, "network: read the devices");
    for (size_t i = 0; i < s->config.n_interfaces; ++i) {
        const struct phi_net_interface* wanted = &s->config.interfaces[i];
        for (unsigned d = 0; d < s->n_devices; ++d)
            if (memcmp(s->devices[d].mac, wanted->mac, sizeof wanted->mac) == 0)
                s->index[i] = s->devices[d].index;
        if (s->index[i] == 0)
            return phi_fail(s->failure, PHI_STATUS_SETUP,
                            "network: %s: this kernel has found no such device; the node's guest "
                            "folder needs the module virtio_net",
                            wanted->name);
    }
    return true;
}

static bool rename_device(struct setup* s, size_t interface, const char* name) {
    int error;
    begin_link(s, RTM_NEWLINK, NLM_F_ACK, s->index[interface], 0);
    runphi_nl_put_text(&s->message, IFLA_IFNAME, name);
    return change(s, &error) ||
           phi_fail_errno(s->failure, PHI_STATUS_SETUP, error, "network: name a device %s", name);
}

/* Out of each other's way first: one may have the name that another one gets. */
static bool rename_devices(struct setup* s) {
    for (size_t i = 0; i < s->config.n_interfaces; ++i) {
        char aside[IFNAMSIZ];
        (void)snprintf(aside, sizeof aside, "phi%u", (unsigned)i);
        if (!rename_device(s, i, aside)) return false;
    }
    for (size_t i = 0; i < s->config.n_interfaces; ++i)
        if (!rename_device(s, i, s->config.interfaces[i].name)) return false;
    return true;
}

/* ---- one interface ---- */

/* A kernel without IPv6 has none of these. */
static void set_ipv6(struct setup* s, const char* name, const char* setting, const char* value) {
    char path[96];
    (void)snprintf(path, sizeof path, "sys/net/ipv6/conf/%s/%s", name, setting);
    (void)phi_write_value(s->early->proc, path, value);
}

static bool is_link_local(const struct phi_ip* ip) {
    return ip->family == AF_INET6 && ip->bytes[0] == 0xfe && (ip->bytes[1] & 0xc0) == 0x80;
}

static void configure_ipv6(struct setup* s, size_t interface) {
    static const char* const accept[] = {"0", "1", "2"};
    const struct phi_net_interface* one = &s->config.interfaces[interface];
    set_ipv6(s, one->name, "disable_ipv6", one->ipv6 ? "0" : "1");
    set_ipv6(s, one->name, "accept_ra", accept[one->accept_ra]);
    /* The interface's own link-local address instead of one that this kernel would make up. */
    for (size_t i = 0; i < s->config.n_addresses; ++i)
        if (s->config.addresses[i].interface == interface &&
            is_link_local(&s->config.addresses[i].ip))
            set_ipv6(s, one->name, "addr_gen_mode", "1");
}

static bool bring_up(struct setup* s, size_t interface) {
    const struct phi_net_interface* one = &s->config.interfaces[interface];
    int error;
    begin_link(s, RTM_NEWLINK, NLM_F_ACK, s->index[interface], 0);
    runphi_nl_put_u32(&s->message, IFLA_MTU, one->mtu);
    if (!change(s, &error))
        return phi_fail_errno(s->failure, PHI_STATUS_SETUP, error, "network: %s: set MTU %u",
                              one->name, one->mtu);
    configure_ipv6(s, interface);
    if (!one->up) return true;
    begin_link(s, RTM_NEWLINK, NLM_F_ACK, s->index[interface], IFF_UP);
    return change(s, &error) ||
           phi_fail_errno(s->failure, PHI_STATUS_SETUP, error, "network: bring up %s", one->name);
}

/* ---- what belongs to the interfaces ---- */

static bool fail_at(struct setup* s, size_t interface, const char* what, const struct phi_ip* ip,
                    int error) {
    char text[INET6_ADDRSTRLEN] = "";
    (void)inet_ntop(ip->family, ip->bytes, text, sizeof text);
    return phi_fail_errno(s->failure, PHI_STATUS_SETUP, error, "network: %s: %s %s",
                          s->config.interfaces[interface].name, what, text);
}

static bool add_addresses(struct setup* s) {
    int error;
    for (size_t i = 0; i < s->config.n_addresses; ++i) {
        const struct phi_net_address* one = &s->config.addresses[i];
        phi_network_address_message(one, s->index[one->interface], &s->message);
        if (!change(s, &error) && error != EEXIST)
            return fail_at(s, one->interface, "add address", &one->ip, error);
    }
    return true;
}

/* The gateways of the others must be reachable by then. */
static bool add_routes(struct setup* s, bool with_gateway) {
    int error;
    for (size_t i = 0; i < s->config.n_routes; ++i) {
        const struct phi_net_route* one = &s->config.routes[i];
        if ((one->gateway.family != 0) != with_gateway) continue;
        phi_network_route_message(one, s->index[one->interface], &s->message);
        if (!change(s, &error) && error != EEXIST)
            return fail_at(s, one->interface, "add the route to", &one->to, error);
    }
    return true;
}

static bool add_neighbours(struct setup* s) {
    int error;
    for (size_t i = 0; i < s->config.n_neighbours; ++i) {
        const struct phi_net_neighbour* one = &s->config.neighbours[i];
        phi_network_neighbour_message(one, s->index[one->interface], &s->message);
        if (!change(s, &error))
            return fail_at(s, one->interface, "add the neighbour", &one->ip, error);
    }
    return true;
}

/* The driver reports the link by itself, a moment later; until then the kernel drops what is sent.
 */
static void await_carrier(struct setup* s, size_t interface) {
    const struct timespec moment = {0, 1000000};
    for (int i = 0; i < carrier_patience_ms; ++i) {
        s->n_devices = 0;
        begin_link(s, RTM_GETLINK, 0, s->index[interface], 0);
        if (runphi_nl_ask(&s->netlink, &s->message, s->buffer, take_device, s) != 0 ||
            s->n_devices != 1 || (s->devices[0].flags & IFF_RUNNING) != 0)
            return;
        (void)nanosleep(&moment, NULL);
    }
}

static bool set_up(struct setup* s) {
    if (!find_devices(s) || !rename_devices(s)) return false;
    for (size_t i = 0; i < s->config.n_interfaces; ++i)
        if (!bring_up(s, i)) return false;
    if (!add_addresses(s) || !add_routes(s, false) || !add_routes(s, true) || !add_neighbours(s))
        return false;
    for (size_t i = 0; i < s->config.n_interfaces; ++i)
        if (s->config.interfaces[i].up) await_carrier(s, i);
    return true;
}

static bool set_up_as(struct setup* s, char* text, size_t length) {
    if (!phi_network_parse(text, length, &s->config, s->failure)) return false;
    const int error = runphi_nl_connect(&s->netlink);
    if (error != 0)
        return phi_fail_errno(s->failure, PHI_STATUS_SETUP, -error,
                              "network: open a netlink socket");
    const bool ok = set_up(s);
    runphi_nl_disconnect(&s->netlink);
    return ok;
}

bool phi_network_setup(const struct phi_early* early, struct phi_resolvers* resolvers,
                       struct phi_failure* failure) {
    size_t length;
    *resolvers = (struct phi_resolvers){.count = 0};
    char* text = phi_read_file(early->runphi, "network", PHI_NETWORK_SIZE_MAX, &length);
    if (text == NULL && errno == ENOENT) return true;
    if (text == NULL)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "open %s", PHI_NETWORK_FILE);
    struct setup* s = calloc(1, sizeof *s);
    bool ok = false;
    if (s == NULL) {
        phi_fail(failure, PHI_STATUS_SETUP, "network: out of memory");
    } else {
        s->early = early;
        s->failure = failure;
        ok = set_up_as(s, text, length);
        *resolvers = s->config.resolvers;
        phi_network_free(&s->config);
    }
    free(s);
    free(text);
    return ok;
}
