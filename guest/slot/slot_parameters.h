/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stub must know of its VM, in the image of the stub at RUNPHI_SLOT_PARAMETERS: whoever
 * makes the machine's layout copies the stub once for each slot and writes this into the copy. The
 * image runs at any page's boundary; it is entered at its first byte, and needs
 * RUNPHI_SLOT_STUB_ROOM bytes of memory of its own there.
 */
#ifndef RUNPHI_GUEST_SLOT_PARAMETERS_H
#define RUNPHI_GUEST_SLOT_PARAMETERS_H

/* The numbers are for assemblers, too. */
#define RUNPHI_SLOT_PARAMETERS 64
#define RUNPHI_SLOT_PARAMETERS_SIZE 120
#define RUNPHI_SLOT_PARAMETERS_MAGIC 0x504f4c5349485052 /* "RPHISLOP" */
#define RUNPHI_SLOT_PARAMETERS_VERSION 1
#define RUNPHI_SLOT_STUB_ROOM 0x10000

#ifndef __ASSEMBLER__

#include "guest/slot/slot_window.h"

/* Numbers are little endian, addresses the slot's. */
struct runphi_slot_parameters {
    uint64_t magic; /* there already, as is the version */
    uint32_t version;
    uint32_t gic_version; /* 2 or 3; 0: leave the interrupt controller alone */
    uint64_t gic_distributor;
    uint64_t gic_second; /* of version 2 the CPU interface, of version 3 the redistributors */
    uint64_t window_base, window_size;
    uint32_t ram_count; /* 1 to RUNPHI_SLOT_RAM_MAX */
    uint32_t reserved;
    struct runphi_slot_range
        ram[RUNPHI_SLOT_RAM_MAX]; /* the guest's; the stub's own is none of it */
};

#endif
#endif
