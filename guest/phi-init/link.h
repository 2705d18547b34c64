/* SPDX-License-Identifier: Apache-2.0 */
/* A channel to the host that never makes phi-init wait: frames to send stand in a bounded queue. */
#ifndef RUNPHI_GUEST_LINK_H
#define RUNPHI_GUEST_LINK_H

#include "buffer.h"
#include "guest/agent/agent_frame.h"

struct phi_link {
    int fd; /* non-blocking; -1: there is none */
    struct phi_frame_reader reader;
    struct phi_buffer queue;
};

void phi_link_begin(struct phi_link* link, int fd);
/* Is there room for one more frame of any length? */
bool phi_link_has_room(const struct phi_link* link);
/* To be called when there is room. */
void phi_link_queue(struct phi_link* link, uint8_t type, const void* payload, size_t length);
/* Reads once and calls `take` for each frame. False when the host has hung up. */
bool phi_link_read(struct phi_link* link, void (*take)(void* context, const struct phi_frame*),
                   void* context);
void phi_link_flush(struct phi_link* link);
/* Waits for the queue to become empty, but no longer than this. */
void phi_link_drain(struct phi_link* link, int patience_ms);

#endif
