/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stub's side of the slot window (slot_window.h): what is the same on every machine. It is
 * compiled for the host, too, where tests run it.
 */
#ifndef RUNPHI_GUEST_SLOT_H
#define RUNPHI_GUEST_SLOT_H

#include <stdbool.h>

#include "guest/slot/slot_window.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A piece of the guest's memory, and where the stub reaches it. */
struct slot_ram {
    struct runphi_slot_range range;
    uint8_t* at;
};

struct slot {
    uint8_t* window;
    uint64_t window_size;
    uint64_t return_address;
    struct slot_ram ram[RUNPHI_SLOT_RAM_MAX];
    uint32_t ram_count;
    /* Valid when slot_poll has said SLOT_ENTER. */
    uint64_t entry, argument;
};

/* How a guest has come back. */
struct slot_end {
    bool crashed;
    uint64_t value, kind;             /* x0 and x1, unless it crashed */
    uint64_t syndrome, address, data; /* of the exception, if it was one */
};

enum slot_todo { SLOT_WAIT, SLOT_ENTER };

/* After the VM's boot: zeroes the memory, publishes the slot. A command that stands in the window
 * is of an earlier boot, and is not obeyed. */
void slot_begin(struct slot* slot);
/* After a guest: zeroes the memory, publishes how it has ended. */
void slot_resume(struct slot* slot, const struct slot_end* end);
/* Counts a tick, and obeys the command that stands there, if there is a new one. SLOT_ENTER: the
 * guest is to be entered now; it is RUNNING for the root already. */
enum slot_todo slot_poll(struct slot* slot);

/* ---- the machine: aarch64/machine.c
 * -------------------------------------------------------------------------- */

/* Other CPUs see what is before it before what is behind it. */
void slot_barrier(void);
/* Writes back what caches hold of the memory, and drops it from them. */
void slot_drop_caches(const void* at, uint64_t size);
/* What was written as data may be executed. */
void slot_drop_instructions(void);

#ifdef __cplusplus
}
#endif

#endif
