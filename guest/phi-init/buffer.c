/* SPDX-License-Identifier: Apache-2.0 */
#include "buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { chunk = 16384 };

/* Room for a chunk behind the bytes, or less when the limit is near or memory is short. */
static size_t make_room(struct phi_buffer* b) {
    if (b->begin > 0) {
        memmove(b->bytes, b->bytes + b->begin, phi_buffer_used(b));
        b->end -= b->begin;
        b->begin = 0;
    }
    if (b->capacity - b->end < chunk && b->capacity < b->limit) {
        size_t wanted = b->capacity == 0 ? chunk : 2 * b->capacity;
        if (wanted > b->limit) wanted = b->limit;
        char* bigger = realloc(b->bytes, wanted);
        if (bigger != NULL) {
            b->bytes = bigger;
            b->capacity = wanted;
        }
    }
    return b->capacity - b->end;
}

enum phi_io phi_buffer_fill(struct phi_buffer* buffer, int fd, size_t* count) {
    *count = 0;
    const size_t room = make_room(buffer);
    if (room == 0) return phi_io_wait;
    const ssize_t got = read(fd, buffer->bytes + buffer->end, room);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return phi_io_wait;
    if (got <= 0) return phi_io_ended;
    buffer->end += (size_t)got;
    *count = (size_t)got;
    return phi_io_moved;
}

bool phi_buffer_append(struct phi_buffer* buffer, const void* bytes, size_t count) {
    if (count == 0) return true;
    while (buffer->capacity - buffer->end < count) {
        const size_t before = buffer->capacity - buffer->end;
        if (make_room(buffer) <= before) return false;
    }
    memcpy(buffer->bytes + buffer->end, bytes, count);
    buffer->end += count;
    return true;
}

enum phi_io phi_buffer_flush(struct phi_buffer* buffer, int fd) {
    if (phi_buffer_used(buffer) == 0) return phi_io_wait;
    const ssize_t put = write(fd, buffer->bytes + buffer->begin, phi_buffer_used(buffer));
    if (put < 0 && (errno == EAGAIN || errno == EINTR)) return phi_io_wait;
    if (put < 0) {
        buffer->begin = buffer->end = 0;
        return phi_io_ended;
    }
    buffer->begin += (size_t)put;
    return phi_io_moved;
}
