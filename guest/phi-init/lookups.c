/* SPDX-License-Identifier: Apache-2.0 */
#include "lookups.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "fields.h"

enum {
    dns_port = 53,
    fields_size = 6,
    /* The host gives up before. */
    datagram_patience_ms = 20000,
    connection_patience_ms = 60000,
    /* The longest message of DNS, its length before it, and what the kernel's own needs: what is
     * said to a client that does not read must never wait here. */
    connection_buffer = 256 << 10,
    waiting_connections = 16,
};

/* ---- which are there ----------------------------------------------------------------------- */

static bool is_free(const struct phi_lookup* one, int64_t now) {
    return now >= one->until;
}

static void end_lookup(struct phi_lookup* one) {
    if (one->connection >= 0) close(one->connection);
    one->connection = -1;
    one->until = 0;
}

/* Those that have waited too long make room here. */
static struct phi_lookup* find_free(struct phi_lookups* lookups) {
    const int64_t now = phi_now_ms();
    for (unsigned i = 0; i < RUNPHI_AGENT_LOOKUPS_MAX; ++i) {
        if (!is_free(&lookups->all[i], now)) continue;
        end_lookup(&lookups->all[i]);
        return &lookups->all[i];
    }
    return NULL;
}

static struct phi_lookup* begin_lookup(struct phi_lookups* lookups, unsigned server) {
    struct phi_lookup* one = find_free(lookups);
    if (one == NULL) return NULL;
    *one = (struct phi_lookup){
        .number = ++lookups->last_number, .server = (uint8_t)server, .connection = -1};
    return one;
}

/* ---- listening ----------------------------------------------------------------------------- */

static int open_socket(const uint8_t* address, int type) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(dns_port)};
    memcpy(&at.sin_addr, address, sizeof at.sin_addr);
    const int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    if (bind(fd, (const struct sockaddr*)&at, sizeof at) == 0 &&
        (type == SOCK_DGRAM || listen(fd, waiting_connections) == 0))
        return fd;
    const int error = errno;
    close(fd);
    errno = error;
    return -1;
}

bool phi_lookups_listen(struct phi_lookups* lookups, const struct phi_resolvers* resolvers,
                        struct phi_failure* failure) {
    for (unsigned i = 0; i < RUNPHI_AGENT_LOOKUPS_MAX; ++i) lookups->all[i].connection = -1;
    for (; lookups->servers < resolvers->count; ++lookups->servers) {
        const uint8_t* address = resolvers->addresses[lookups->servers];
        lookups->datagrams[lookups->servers] = open_socket(address, SOCK_DGRAM);
        lookups->listeners[lookups->servers] = open_socket(address, SOCK_STREAM);
        if (lookups->datagrams[lookups->servers] >= 0 && lookups->listeners[lookups->servers] >= 0)
            continue;
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno,
                              "network: listen for the name server at %u.%u.%u.%u", address[0],
                              address[1], address[2], address[3]);
    }
    return true;
}

/* The channel is the container's own, too: little stands in its way at any time. */
static bool has_room(const struct phi_link* link) {
    return link->fd >= 0 && phi_buffer_used(&link->queue) <= PHI_FRAME_MAX;
}

/* ---- to the host --------------------------------------------------------------------------- */

static void pass_on(struct phi_link* link, const struct phi_lookup* one, uint8_t* payload,
                    size_t length) {
    phi_put_u32(payload, one->number);
    payload[4] = one->server;
    payload[5] =
        one->connection < 0 ? RUNPHI_AGENT_LOOKUP_DATAGRAM : RUNPHI_AGENT_LOOKUP_CONNECTION;
    phi_link_queue(link, RUNPHI_AGENT_LOOKUP, payload, fields_size + length);
}

static void take_datagram(struct phi_lookups* lookups, struct phi_link* link, unsigned server) {
    uint8_t payload[fields_size + RUNPHI_AGENT_LOOKUP_MAX];
    struct phi_lookup* one = begin_lookup(lookups, server);
    if (one == NULL) return;
    socklen_t size = sizeof one->from;
    const ssize_t got =
        recvfrom(lookups->datagrams[server], payload + fields_size, RUNPHI_AGENT_LOOKUP_MAX,
                 MSG_TRUNC, (struct sockaddr*)&one->from, &size);
    if (got <= 0 || got > RUNPHI_AGENT_LOOKUP_MAX) return;
    one->until = phi_now_ms() + datagram_patience_ms;
    pass_on(link, one, payload, (size_t)got);
}

static void take_connection(struct phi_lookups* lookups, unsigned server) {
    static const int room = connection_buffer;
    struct phi_lookup* one = begin_lookup(lookups, server);
    if (one == NULL) return;
    one->connection = accept4(lookups->listeners[server], NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (one->connection < 0) return;
    (void)setsockopt(one->connection, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    one->until = phi_now_ms() + connection_patience_ms;
}

static void read_connection(struct phi_link* link, struct phi_lookup* one) {
    uint8_t payload[fields_size + RUNPHI_AGENT_LOOKUP_MAX];
    const ssize_t got = read(one->connection, payload + fields_size, RUNPHI_AGENT_LOOKUP_MAX);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    one->ended = got <= 0;
    one->until = phi_now_ms() + connection_patience_ms;
    pass_on(link, one, payload, got > 0 ? (size_t)got : 0);
}

/* ---- one turn ------------------------------------------------------------------------------ */

void phi_lookups_poll(struct phi_lookups* lookups, const struct phi_link* link,
                      struct pollfd* slots) {
    const int64_t now = lookups->servers > 0 ? phi_now_ms() : 0;
    const bool room = has_room(link);
    unsigned busy = 0;
    for (unsigned i = 0; i < RUNPHI_AGENT_LOOKUPS_MAX; ++i) {
        const struct phi_lookup* one = &lookups->all[i];
        const bool waits = lookups->servers > 0 && !is_free(one, now);
        busy += waits;
        slots[2 * RUNPHI_AGENT_RESOLVERS_MAX + i] =
            (struct pollfd){waits && room && !one->ended ? one->connection : -1, POLLIN, 0};
    }
    const bool more = room && busy < RUNPHI_AGENT_LOOKUPS_MAX;
    for (unsigned i = 0; i < RUNPHI_AGENT_RESOLVERS_MAX; ++i) {
        const bool there = more && i < lookups->servers;
        slots[2 * i] = (struct pollfd){there ? lookups->datagrams[i] : -1, POLLIN, 0};
        slots[2 * i + 1] = (struct pollfd){there ? lookups->listeners[i] : -1, POLLIN, 0};
    }
}

void phi_lookups_handle(struct phi_lookups* lookups, struct phi_link* link,
                        const struct pollfd* slots) {
    const struct pollfd* connections = slots + 2 * RUNPHI_AGENT_RESOLVERS_MAX;
    for (unsigned i = 0; i < RUNPHI_AGENT_LOOKUPS_MAX; ++i) {
        struct phi_lookup* one = &lookups->all[i];
        if (connections[i].fd < 0 || connections[i].revents == 0) continue;
        if (one->connection == connections[i].fd && has_room(link)) read_connection(link, one);
    }
    for (unsigned i = 0; i < lookups->servers; ++i) {
        if (slots[2 * i].revents != 0 && has_room(link)) take_datagram(lookups, link, i);
        if (slots[2 * i + 1].revents != 0) take_connection(lookups, i);
    }
}

/* ---- from the host ------------------------------------------------------------------------- */

static void answer_connection(struct phi_lookup* one, const uint8_t* bytes, size_t length) {
    if (send(one->connection, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)length)
        one->until = phi_now_ms() + connection_patience_ms;
    else /* A client that does not read, or has gone: its end is read, and told. */
        (void)shutdown(one->connection, SHUT_RDWR);
}

void phi_lookups_answer(struct phi_lookups* lookups, uint32_t number, const uint8_t* bytes,
                        size_t length) {
    const int64_t now = phi_now_ms();
    for (unsigned i = 0; i < RUNPHI_AGENT_LOOKUPS_MAX; ++i) {
        struct phi_lookup* one = &lookups->all[i];
        if (one->number != number || is_free(one, now)) continue;
        if (length > 0 && one->connection >= 0) {
            answer_connection(one, bytes, length);
            return;
        }
        if (length > 0)
            (void)sendto(lookups->datagrams[one->server], bytes, length, MSG_DONTWAIT,
                         (const struct sockaddr*)&one->from, sizeof one->from);
        end_lookup(one);
        return;
    }
}
