/* SPDX-License-Identifier: Apache-2.0 */
#include "guest/agent/agent_frame.h"

#include <string.h>

enum { header_size = sizeof(struct runphi_agent_header) };

size_t phi_frame_write(uint8_t type, const void* payload, size_t length, uint8_t* out) {
    if (length > RUNPHI_AGENT_PAYLOAD_MAX) length = RUNPHI_AGENT_PAYLOAD_MAX;
    out[0] = RUNPHI_AGENT_MAGIC;
    out[1] = type;
    out[2] = (uint8_t)length;
    out[3] = (uint8_t)(length >> 8);
    if (length > 0) memcpy(out + header_size, payload, length);
    return header_size + length;
}

static size_t announced(const struct phi_frame_reader* reader) {
    return (size_t)reader->bytes[2] | (size_t)reader->bytes[3] << 8;
}

/* Drops the first byte and all that follow up to the next magic byte. */
static void resynchronise(struct phi_frame_reader* reader) {
    const uint8_t* next = memchr(reader->bytes + 1, RUNPHI_AGENT_MAGIC, reader->used - 1);
    const size_t skipped = next == NULL ? reader->used : (size_t)(next - reader->bytes);
    reader->used -= skipped;
    memmove(reader->bytes, reader->bytes + skipped, reader->used);
}

bool phi_frame_read(struct phi_frame_reader* reader, uint8_t byte, struct phi_frame* out) {
    reader->bytes[reader->used++] = byte;
    while (reader->used > 0 &&
           (reader->bytes[0] != RUNPHI_AGENT_MAGIC ||
            (reader->used >= header_size && announced(reader) > RUNPHI_AGENT_PAYLOAD_MAX)))
        resynchronise(reader);
    if (reader->used < header_size || reader->used < header_size + announced(reader)) return false;
    out->type = reader->bytes[1];
    out->length = (uint16_t)announced(reader);
    memcpy(out->payload, reader->bytes + header_size, out->length);
    reader->used = 0;
    return true;
}
