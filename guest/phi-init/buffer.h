/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_BUFFER_H
#define RUNPHI_GUEST_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes on their way from one descriptor to another. Zero it to begin; grows up to `limit`. */
struct phi_buffer {
    char* bytes;
    size_t begin, end, capacity;
    size_t limit;
};

/* What a step of the pump came to. */
enum phi_io { phi_io_moved, phi_io_wait, phi_io_ended };

static inline size_t phi_buffer_used(const struct phi_buffer* b) {
    return b->end - b->begin;
}
static inline bool phi_buffer_full(const struct phi_buffer* b) {
    return phi_buffer_used(b) >= b->limit;
}

/* One read(2) into the buffer; *count is the number of bytes it brought. A hangup or an error ends.
 */
enum phi_io phi_buffer_fill(struct phi_buffer* buffer, int fd, size_t* count);
/* Takes all of the bytes, or none when they exceed the limit or memory is short. */
bool phi_buffer_append(struct phi_buffer* buffer, const void* bytes, size_t count);
/* One write(2) out of it; what cannot be written any more is dropped, and `ended` says so. */
enum phi_io phi_buffer_flush(struct phi_buffer* buffer, int fd);

#ifdef __cplusplus
}
#endif

#endif
