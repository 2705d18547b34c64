/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of runphi/agent.h as bytes: no descriptor, no system call. */
#ifndef RUNPHI_GUEST_AGENT_FRAME_H
#define RUNPHI_GUEST_AGENT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runphi/agent.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PHI_FRAME_MAX (sizeof(struct runphi_agent_header) + RUNPHI_AGENT_PAYLOAD_MAX)

/* Writes a frame to `out` (PHI_FRAME_MAX bytes) and returns its length. A payload that is too long
 * is cut: only texts can be, and their beginning tells most. */
size_t phi_frame_write(uint8_t type, const void* payload, size_t length, uint8_t* out);

/* Bytes of a stream on their way to frames. Zero it to begin. */
struct phi_frame_reader {
    uint8_t bytes[PHI_FRAME_MAX];
    size_t used;
};

struct phi_frame {
    uint8_t type;
    uint16_t length;
    uint8_t payload[RUNPHI_AGENT_PAYLOAD_MAX];
};

/* Takes one byte. True when it completes a frame, which is then in *out. Bytes that begin no frame
 * are skipped. */
bool phi_frame_read(struct phi_frame_reader* reader, uint8_t byte, struct phi_frame* out);

#ifdef __cplusplus
}
#endif

#endif
