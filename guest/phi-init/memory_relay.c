/* SPDX-License-Identifier: Apache-2.0 */
#include "memory_relay.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    shortest_pause_ms = 1,
    longest_pause_ms = 20,
    /* What phi-init has written and no ring has taken yet must not be much: it would look sent. */
    socket_buffer = 8192,
};

static bool make_pair(struct phi_memory_lane* lane, int* theirs) {
    int ends[2];
    const int size = socket_buffer;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) return false;
    (void)setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    lane->fd = ends[0];
    *theirs = ends[1];
    return true;
}

bool phi_memory_relay_begin(struct phi_memory_relay* relay, void* memory,
                            int theirs[RUNPHI_MEMORY_LANES]) {
    for (unsigned i = 0; i < RUNPHI_MEMORY_LANES; ++i) {
        relay->lanes[i].input_ended = false;
        relay->lanes[i].begin = relay->lanes[i].end = 0;
        if (!make_pair(&relay->lanes[i], &theirs[i])) return false;
    }
    relay->done = -1;
    runphi_memory_begin_guest(&relay->end, memory);
    return true;
}

/* From phi-init into the ring, no more than it has room for. */
static bool move_out(struct phi_memory_relay* relay, unsigned index) {
    struct phi_memory_lane* lane = &relay->lanes[index];
    char bytes[4096];
    const size_t room = runphi_memory_room(&relay->end, index);
    if (lane->input_ended || room == 0) return false;
    const ssize_t got = read(lane->fd, bytes, room < sizeof bytes ? room : sizeof bytes);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (got <= 0) {
        lane->input_ended = true;
        return false;
    }
    (void)runphi_memory_send(&relay->end, index, bytes, (uint32_t)got);
    return true;
}

static bool move_in(struct phi_memory_relay* relay, unsigned index) {
    struct phi_memory_lane* lane = &relay->lanes[index];
    if (lane->begin == lane->end) {
        lane->begin = 0;
        lane->end = runphi_memory_take(&relay->end, index, lane->held, sizeof lane->held);
    }
    if (lane->begin == lane->end) return false;
    const ssize_t put =
        send(lane->fd, lane->held + lane->begin, lane->end - lane->begin, MSG_NOSIGNAL);
    if (put < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    /* Nobody reads any more: the host must not be held up for that. */
    lane->begin = put < 0 ? lane->end : lane->begin + (size_t)put;
    return true;
}

bool phi_memory_relay_move(struct phi_memory_relay* relay) {
    bool moved = false;
    for (unsigned i = 0; i < RUNPHI_MEMORY_LANES; ++i) {
        moved |= move_out(relay, i);
        moved |= move_in(relay, i);
    }
    return moved;
}

static bool all_ended(const struct phi_memory_relay* relay) {
    for (unsigned i = 0; i < RUNPHI_MEMORY_LANES; ++i)
        if (!relay->lanes[i].input_ended) return false;
    return true;
}

static void wait_for_work(const struct phi_memory_relay* relay, int pause_ms) {
    struct pollfd slots[RUNPHI_MEMORY_LANES];
    for (unsigned i = 0; i < RUNPHI_MEMORY_LANES; ++i) {
        const struct phi_memory_lane* lane = &relay->lanes[i];
        const bool reads = !lane->input_ended && runphi_memory_room(&relay->end, i) > 0;
        const int events = (reads ? POLLIN : 0) | (lane->begin < lane->end ? POLLOUT : 0);
        slots[i] = (struct pollfd){events == 0 ? -1 : lane->fd, (short)events, 0};
    }
    (void)poll(slots, RUNPHI_MEMORY_LANES, pause_ms);
}

void phi_memory_relay_run(struct phi_memory_relay* relay) {
    int pause_ms = shortest_pause_ms;
    while (!all_ended(relay)) {
        wait_for_work(relay, pause_ms);
        const bool moved = phi_memory_relay_move(relay);
        pause_ms = moved ? shortest_pause_ms : 2 * pause_ms;
        if (pause_ms > longest_pause_ms) pause_ms = longest_pause_ms;
    }
    for (unsigned i = 0; i < RUNPHI_MEMORY_LANES; ++i) close(relay->lanes[i].fd);
    if (relay->done >= 0) close(relay->done);
}
