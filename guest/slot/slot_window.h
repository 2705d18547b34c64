/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The slot window: the memory through which the root VM of a Bao machine and the stub of one slot
 * talk. Bao boots every VM once and can do nothing to it afterwards, so a slot is a VM in which a
 * small program of ours, the stub, waits here to be told what to run.
 *
 * A window is at least RUNPHI_SLOT_WINDOW_MIN bytes at a page's boundary, whole pages:
 *
 *     0x00000  control page   struct runphi_slot_control: the root writes
 *     0x01000  status page    struct runphi_slot_status: the stub writes
 *     0x02000  guest's page   struct runphi_slot_guest: what runs in the slot writes
 *     0x03000  reserved
 *     0x10000  memory channel (runphi/memory_channel.h): console and agent, as in a Jailhouse cell
 *     0x20000  staging area, to the window's end: what the stub copies into the slot's memory
 *
 * Numbers are little endian. All of it is plain memory that both VMs can write, so neither side
 * believes the other: the stub copies the control page before it looks at it, and checks every
 * range against what it was built into the machine with; the root bounds every number that it
 * reads. An arm64 root maps the window as /dev/mem does, which is device memory, and the stub's MMU
 * is off: no caches are involved, and every access is an aligned one of at most 8 bytes.
 *
 * A command. The root fills the control page, then, behind a barrier, writes `seq`, another number
 * than before: this is the commit. The stub obeys, fills the status page, and repeats the number in
 * `acked`. Until then the root changes neither the control page nor the staging area. LOAD may be
 * given again and again, so that an image need not fit the staging area at once.
 *
 *     NONE    nothing; tells that the stub listens
 *     RESET   all of the slot's memory becomes zero                 any state   -> IDLE
 *     LOAD    bytes are copied from the staging area to memory      IDLE, LOADED -> LOADED
 *     START   the guest is entered                                  LOADED      -> RUNNING
 *     STOP    asks the guest to end: it is the guest that sees this one, and returns. The stub
 *             acknowledges it when it has the CPU back; without a guest it has nothing to do
 *
 * A command that cannot be obeyed is acknowledged with a `result` other than OK, and changes
 * nothing. While a guest runs the stub does not, and nothing is acknowledged.
 *
 * The guest. It is entered as Linux' Documentation/arch/arm64/booting.rst says, at EL1, MMU and
 * caches off, interrupts masked, x0 = `argument`, x1 to x3 zero; and x30 = `return_address`, where
 * it goes to end, with the MMU off or mapping that page to itself, and its other CPUs off:
 *     x1 = RUNPHI_SLOT_RETURN_EXIT:  x0 is its exit status, 0 to 255
 *     x1 = RUNPHI_SLOT_RETURN_CRASH: it has failed
 *     x1 anything else: the status is what it has left in the memory channel, if it has ended there
 *
 * An exception that it has set up no vectors of its own for comes to the stub, too: it has failed.
 * The stub then zeroes all of the slot's memory and puts interrupt controller, timer, MMU
 * and caches back. A guest at EL1 can overwrite the stub, though: nobody but Bao, which will not,
 * could keep it from that.
 *
 * Liveness. The stub counts `ticks` while it waits. A guest that wants to be watched says in its
 * page how often it will count `beats` there; of one that does not, nobody can tell whether it
 * lives.
 */
#ifndef RUNPHI_GUEST_SLOT_WINDOW_H
#define RUNPHI_GUEST_SLOT_WINDOW_H

#include <runphi/memory_channel.h>
#include <stdint.h>

#define RUNPHI_SLOT_VERSION 1
/* "RPHISLOC", "RPHISLOS", "RPHISLOG" read as little-endian numbers. */
#define RUNPHI_SLOT_CONTROL_MAGIC UINT64_C(0x434f4c5349485052)
#define RUNPHI_SLOT_STATUS_MAGIC UINT64_C(0x534f4c5349485052)
#define RUNPHI_SLOT_GUEST_MAGIC UINT64_C(0x474f4c5349485052)

/* From the window's beginning, in bytes. */
#define RUNPHI_SLOT_CONTROL 0x00000
#define RUNPHI_SLOT_STATUS 0x01000
#define RUNPHI_SLOT_GUEST 0x02000
#define RUNPHI_SLOT_CHANNEL 0x10000
#define RUNPHI_SLOT_STAGING 0x20000
#define RUNPHI_SLOT_PAGE 0x1000
#define RUNPHI_SLOT_WINDOW_MIN 0x30000
#define RUNPHI_SLOT_WINDOW_MAX 0x40000000

/* control.command */
#define RUNPHI_SLOT_NONE 0
#define RUNPHI_SLOT_RESET 1
#define RUNPHI_SLOT_LOAD 2
#define RUNPHI_SLOT_START 3
#define RUNPHI_SLOT_STOP 4

/* status.state */
#define RUNPHI_SLOT_IDLE 1    /* its memory is zero */
#define RUNPHI_SLOT_LOADED 2  /* something of an image is in its memory */
#define RUNPHI_SLOT_RUNNING 3 /* the CPU is the guest's */
#define RUNPHI_SLOT_EXITED 4  /* the guest has come back; its memory is zero */
#define RUNPHI_SLOT_FAULTED 5 /* it has failed, and come back so; its memory is zero */

/* status.result: why a command was not obeyed */
#define RUNPHI_SLOT_OK 0
#define RUNPHI_SLOT_BAD_MAGIC 1   /* the control page's magic or version is another one */
#define RUNPHI_SLOT_BAD_COMMAND 2 /* there is no such command */
#define RUNPHI_SLOT_BAD_STATE 3   /* not in this state */
#define RUNPHI_SLOT_BAD_SOURCE 4  /* the bytes are not, whole, in the staging area, or none */
#define RUNPHI_SLOT_BAD_TARGET 5  /* they would not be, whole, in one piece of the slot's memory */
#define RUNPHI_SLOT_BAD_ENTRY 6   /* the entry is not an instruction's address in its memory */

/* x1 when the guest returns: "RPHIEXIT" and "RPHICRSH" as little-endian numbers. */
#define RUNPHI_SLOT_RETURN_EXIT UINT64_C(0x5449584549485052)
#define RUNPHI_SLOT_RETURN_CRASH UINT64_C(0x4853524349485052)

/* On a Linux kernel's command line, for phi-init: the return address. A Linux comes back by kexec,
 * with zero in x1. */
#define RUNPHI_SLOT_RETURN_WORD "runphi.return"

#define RUNPHI_SLOT_RAM_MAX 4

struct runphi_slot_control {
    uint64_t magic;
    uint32_t version;
    uint32_t command;
    /* START: names this life of the slot, and is not 0. It is the memory channel's generation. */
    uint32_t run;
    uint32_t unused;
    uint64_t offset;   /* LOAD: in the staging area */
    uint64_t size;     /* LOAD: bytes, more than 0 */
    uint64_t target;   /* LOAD: address in the slot */
    uint64_t entry;    /* START: the first instruction */
    uint64_t argument; /* START: x0, the address of a device tree or what else the guest expects */
    uint32_t seq;      /* written last */
    uint32_t reserved;
};

struct runphi_slot_range {
    uint64_t base, size; /* bytes; address in the slot */
};

struct runphi_slot_status {
    uint64_t magic; /* RUNPHI_SLOT_STATUS_MAGIC when the rest is valid */
    uint32_t version;
    uint32_t state;
    uint32_t acked;     /* the `seq` that was obeyed last */
    uint32_t result;    /* of that one */
    uint32_t boots;     /* how often the stub was booted since the memory had power */
    uint32_t runs;      /* how many guests it has entered since then */
    uint32_t run;       /* the control page's, of the guest that runs or ran last; 0: none did */
    uint32_t exit_told; /* EXITED: 1 if the guest told its status */
    uint32_t exit_code; /* 0 to 255 */
    uint32_t unused;
    uint64_t ticks; /* the stub lives */
    /* FAULTED by an exception: ESR_EL1, ELR_EL1, FAR_EL1; else 0. */
    uint64_t fault_syndrome, fault_address, fault_data;
    /* What the stub was built into the machine with. */
    uint64_t window_size;
    uint64_t return_address;
    uint32_t ram_count;
    uint32_t reserved;
    struct runphi_slot_range ram[RUNPHI_SLOT_RAM_MAX];
};

/* Zeroed by the stub before a guest is entered. */
struct runphi_slot_guest {
    uint64_t magic; /* RUNPHI_SLOT_GUEST_MAGIC when the rest is valid */
    uint32_t version;
    uint32_t interval_ms; /* it promises to beat at least as often; more than 0 */
    uint64_t beats;
};

#endif
