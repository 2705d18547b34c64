/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's end of a memory channel (runphi/memory_channel.h) as stream sockets, which is what
 * the rest of phi-init works with. The bytes are moved by a thread of phi-init's: a process would
 * be killed with the workload's. It allocates nothing, so that phi-init may fork beside it.
 */
#ifndef RUNPHI_GUEST_MEMORY_RELAY_H
#define RUNPHI_GUEST_MEMORY_RELAY_H

#include <stdbool.h>
#include <stddef.h>

#include "runphi/memory_ring.h"

#ifdef __cplusplus
extern "C" {
#endif

struct phi_memory_lane {
    int fd; /* our end of the pair; -1: closed */
    bool input_ended;
    size_t begin, end; /* of what was taken from the host and the socket has not taken yet */
    char held[4096];
};

struct phi_memory_relay {
    struct runphi_memory_end end;
    struct phi_memory_lane lanes[RUNPHI_MEMORY_LANES];
    int done; /* closed by the thread when it has moved all that it ever will */
};

/* Takes the channel in `memory` up, and makes the pairs: `theirs` are the descriptors for phi-init,
 * non-blocking. False, with errno set, if there is no descriptor left. */
bool phi_memory_relay_begin(struct phi_memory_relay* relay, void* memory,
                            int theirs[RUNPHI_MEMORY_LANES]);
/* Moves what can be moved now. */
bool phi_memory_relay_move(struct phi_memory_relay* relay);
/* Until phi-init's ends are shut and all that it wrote is in the rings. */
void phi_memory_relay_run(struct phi_memory_relay* relay);

#ifdef __cplusplus
}
#endif

#endif
