/* SPDX-License-Identifier: Apache-2.0 */
#include "network_config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "network_keys.h"

/* The fields of one record that are still to be read. */
struct fields {
    const char* key;
    char* rest; /* NULL: none are left */
    struct phi_failure* failure;
};

static bool wrong(const struct fields* f, const char* found, const char* wanted) {
    return phi_fail(f->failure, PHI_STATUS_SETUP, "%s: %s: \"%.128s\": expected %s",
                    PHI_NETWORK_FILE, f->key, found, wanted);
}

/* The next field; "" behind the last one, which nothing takes for a value. */
static char* next(struct fields* f) {
    static char none[] = "";
    if (f->rest == NULL) return none;
    char* field = f->rest;
    f->rest = strchr(field, ' ');
    if (f->rest != NULL) *f->rest++ = '\0';
    return field;
}

static bool end(struct fields* f) {
    return f->rest == NULL || wrong(f, f->rest, "no more fields");
}

static bool take_number(struct fields* f, uint64_t highest, uint64_t* out) {
    const char* text = next(f);
    uint64_t value = 0;
    bool valid = *text != '\0' && strlen(text) <= 10;
    for (const char* digit = text; valid && *digit != '\0'; ++digit) {
        valid = *digit >= '0' && *digit <= '9';
        value = value * 10 + (uint64_t)(*digit - '0');
    }
    if (!valid || value > highest) return wrong(f, text, "a number in its range");
    *out = value;
    return true;
}

static bool take_u32(struct fields* f, uint32_t* out) {
    uint64_t value;
    if (!take_number(f, UINT32_MAX, &value)) return false;
    *out = (uint32_t)value;
    return true;
}

static bool take_u8(struct fields* f, unsigned highest, uint8_t* out) {
    uint64_t value;
    if (!take_number(f, highest, &value)) return false;
    *out = (uint8_t)value;
    return true;
}

static bool take_flag(struct fields* f, bool* out) {
    uint8_t value;
    if (!take_u8(f, 1, &value)) return false;
    *out = value == 1;
    return true;
}

static bool parse_ip(const char* text, struct phi_ip* out) {
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, out->bytes) == 1) {
        out->family = AF_INET;
        out->size = 4;
    } else if (inet_pton(AF_INET6, text, out->bytes) == 1) {
        out->family = AF_INET6;
        out->size = 16;
    }
    return out->family != 0;
}

static bool take_ip(struct fields* f, struct phi_ip* out) {
    const char* text = next(f);
    return parse_ip(text, out) || wrong(f, text, "an address");
}

/* An address of the same family, or none. */
static bool take_other_ip(struct fields* f, int family, struct phi_ip* out) {
    const char* text = next(f);
    memset(out, 0, sizeof *out);
    if (strcmp(text, "-") == 0) return true;
    return (parse_ip(text, out) && out->family == family) ||
           wrong(f, text, "an address of the same kind");
}

static bool take_prefix(struct fields* f, const struct phi_ip* ip, uint8_t* out) {
    return take_u8(f, ip->size * 8U, out);
}

static bool take_mac(struct fields* f, uint8_t* out) {
    static const char digits[] = "0123456789abcdef";
    const char* text = next(f);
    bool valid = strlen(text) == 17;
    for (int i = 0; valid && i < 6; ++i) {
        /* None of the seventeen is the NUL that strchr would find, too. */
        const char* high = strchr(digits, text[3 * i]);
        const char* low = strchr(digits, text[3 * i + 1]);
        valid = high != NULL && low != NULL && (i == 5 || text[3 * i + 2] == ':');
        if (valid) out[i] = (uint8_t)((high - digits) << 4 | (low - digits));
    }
    return valid || wrong(f, text, "a MAC address");
}

/* As the kernel's own rule has it, and no more than it takes. */
static bool take_name(struct fields* f, char* out) {
    const char* text = next(f);
    const size_t length = strlen(text);
    if (length == 0 || length >= IFNAMSIZ || strcmp(text, ".") == 0 || strcmp(text, "..") == 0 ||
        strpbrk(text, "/:\t\n\v\f\r") != NULL)
        return wrong(f, text, "the name of an interface");
    memcpy(out, text, length + 1);
    return true;
}

/* An array with room for one more element, zeroed; its capacity is the next power of two. NULL: no
 * memory, and the old one is as it was. */
static void* with_room(void* items, size_t count, size_t size, const struct fields* f) {
    if ((count & (count - 1)) == 0) items = realloc(items, (count == 0 ? 1 : 2 * count) * size);
    if (items == NULL) {
        phi_fail(f->failure, PHI_STATUS_SETUP, "%s: out of memory", PHI_NETWORK_FILE);
        return NULL;
    }
    memset((char*)items + count * size, 0, size);
    return items;
}

static bool take_interface(struct fields* f, struct phi_network* out) {
    if (out->n_interfaces == PHI_NETWORK_INTERFACES_MAX) return wrong(f, f->rest, "fewer of them");
    struct phi_net_interface* all = with_room(out->interfaces, out->n_interfaces, sizeof *all, f);
    if (all == NULL) return false;
    out->interfaces = all;
    struct phi_net_interface* one = &all[out->n_interfaces++];
    return take_mac(f, one->mac) && take_u32(f, &one->mtu) && take_flag(f, &one->up) &&
           take_flag(f, &one->ipv6) && take_u8(f, 2, &one->accept_ra) && take_name(f, one->name) &&
           end(f);
}

static bool take_address(struct fields* f, struct phi_network* out) {
    struct phi_net_address* all = with_room(out->addresses, out->n_addresses, sizeof *all, f);
    if (all == NULL) return false;
    out->addresses = all;
    struct phi_net_address* one = &all[out->n_addresses++];
    one->interface = out->n_interfaces - 1;
    return take_ip(f, &one->ip) && take_prefix(f, &one->ip, &one->prefix) &&
           take_other_ip(f, one->ip.family, &one->peer) &&
           take_other_ip(f, one->ip.family, &one->broadcast) && take_u8(f, 255, &one->scope) &&
           end(f);
}

static bool take_route(struct fields* f, struct phi_network* out) {
    struct phi_net_route* all = with_room(out->routes, out->n_routes, sizeof *all, f);
    if (all == NULL) return false;
    out->routes = all;
    struct phi_net_route* one = &all[out->n_routes++];
    one->interface = out->n_interfaces - 1;
    return take_ip(f, &one->to) && take_prefix(f, &one->to, &one->prefix) &&
           take_other_ip(f, one->to.family, &one->gateway) &&
           take_other_ip(f, one->to.family, &one->source) && take_u32(f, &one->metric) &&
           take_u8(f, 255, &one->scope) && take_u8(f, 255, &one->protocol) &&
           take_flag(f, &one->onlink) && take_u32(f, &one->mtu) && end(f);
}

static bool take_neighbour(struct fields* f, struct phi_network* out) {
    struct phi_net_neighbour* all = with_room(out->neighbours, out->n_neighbours, sizeof *all, f);
    if (all == NULL) return false;
    out->neighbours = all;
    struct phi_net_neighbour* one = &all[out->n_neighbours++];
    one->interface = out->n_interfaces - 1;
    return take_ip(f, &one->ip) && take_mac(f, one->mac) && end(f);
}

static bool take_resolver(struct fields* f, struct phi_network* out) {
    struct phi_resolvers* all = &out->resolvers;
    if (all->count == RUNPHI_AGENT_RESOLVERS_MAX) return wrong(f, f->rest, "fewer of them");
    const char* text = next(f);
    struct phi_ip ip;
    if (!parse_ip(text, &ip) || ip.family != AF_INET || ip.bytes[0] != 127)
        return wrong(f, text, "an address in 127.0.0.0/8");
    memcpy(all->addresses[all->count++], ip.bytes, ip.size);
    return end(f);
}

static bool take_record(struct fields* f, struct phi_network* out) {
    if (strcmp(f->key, PHI_NET_INTERFACE) == 0) return take_interface(f, out);
    if (strcmp(f->key, PHI_NET_RESOLVER) == 0) return take_resolver(f, out);
    if (out->n_interfaces == 0) return wrong(f, f->key, "an interface before it");
    if (strcmp(f->key, PHI_NET_ADDRESS) == 0) return take_address(f, out);
    if (strcmp(f->key, PHI_NET_ROUTE) == 0) return take_route(f, out);
    if (strcmp(f->key, PHI_NET_NEIGHBOUR) == 0) return take_neighbour(f, out);
    return phi_fail(f->failure, PHI_STATUS_SETUP, "%s: unknown key \"%.128s\"", PHI_NETWORK_FILE,
                    f->key);
}

bool phi_network_parse(char* text, size_t length, struct phi_network* out,
                       struct phi_failure* failure) {
    memset(out, 0, sizeof *out);
    if (length == 0 || text[length - 1] != '\0')
        return phi_fail(failure, PHI_STATUS_SETUP, "%s: empty or cut off", PHI_NETWORK_FILE);
    static const char format[] = PHI_NET_FORMAT "=" PHI_NET_FORMAT_VERSION;
    if (strcmp(text, format) != 0)
        return phi_fail(failure, PHI_STATUS_SETUP, "%s: \"%.128s\": expected \"%s\" first",
                        PHI_NETWORK_FILE, text, format);
    const char* const stop = text + length;
    for (text += sizeof format; text < stop;) {
        char* after = text + strlen(text) + 1;
        char* sign = strchr(text, '=');
        if (sign == NULL)
            return phi_fail(failure, PHI_STATUS_SETUP, "%s: \"%.128s\": expected KEY=VALUE",
                            PHI_NETWORK_FILE, text);
        *sign = '\0';
        struct fields f = {text, sign + 1, failure};
        if (!take_record(&f, out)) return false;
        text = after;
    }
    return true;
}

void phi_network_free(struct phi_network* network) {
    free(network->interfaces);
    free(network->addresses);
    free(network->routes);
    free(network->neighbours);
    memset(network, 0, sizeof *network);
}
