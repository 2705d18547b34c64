/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "clock.h"

enum { queue_limit = 32 << 10 };

void phi_link_begin(struct phi_link* link, int fd) {
    *link = (struct phi_link){.fd = fd, .queue = {.limit = queue_limit}};
}

bool phi_link_has_room(const struct phi_link* link) {
    return phi_buffer_used(&link->queue) + PHI_FRAME_MAX <= queue_limit;
}

void phi_link_queue(struct phi_link* link, uint8_t type, const void* payload, size_t length) {
    uint8_t frame[PHI_FRAME_MAX];
    const size_t size = phi_frame_write(type, payload, length, frame);
    (void)phi_buffer_append(&link->queue, frame, size);
}

bool phi_link_read(struct phi_link* link, void (*take)(void* context, const struct phi_frame*),
                   void* context) {
    static struct phi_frame frame;
    uint8_t bytes[4096];
    const ssize_t got = read(link->fd, bytes, sizeof bytes);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    for (ssize_t i = 0; i < got; ++i)
        if (phi_frame_read(&link->reader, bytes[i], &frame)) take(context, &frame);
    return got > 0;
}

void phi_link_flush(struct phi_link* link) {
    if (link->fd >= 0) (void)phi_buffer_flush(&link->queue, link->fd);
}

void phi_link_drain(struct phi_link* link, int patience_ms) {
    const int64_t until = phi_now_ms() + patience_ms;
    while (link->fd >= 0 && phi_buffer_used(&link->queue) > 0) {
        const int64_t left = until - phi_now_ms();
        struct pollfd room = {link->fd, POLLOUT, 0};
        if (left <= 0 || poll(&room, 1, (int)left) == 0) return;
        phi_link_flush(link);
    }
}
