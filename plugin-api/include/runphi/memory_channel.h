/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory channel: how the host and phi-init talk where a partition has no virtual serial port
 * and no virtio, but some memory that both can reach. It carries what two serial ports would, the
 * console and the agent protocol (runphi/agent.h), and it tells how the guest has ended.
 *
 * It is RUNPHI_MEMORY_CHANNEL_SIZE bytes of physically contiguous memory at a page's boundary, in
 * two halves. The host writes the first one only, the guest the second one only, so that a
 * hypervisor that can may give the guest the first one read-only:
 *
 *     0x0000  host's side      struct runphi_memory_side
 *     0x1000  console to guest  8 KiB
 *     0x3000  agent to guest   16 KiB
 *     0x7000  guest's side     struct runphi_memory_side
 *     0x8000  console to host  16 KiB
 *     0xc000  agent to host    16 KiB
 *
 * Numbers are little endian. The backend zeroes the memory and writes the host's side before the
 * guest runs, the magic last. The guest is told the address in its own address space: a Linux
 * kernel has `runphi.memory=0xADDRESS` on its command line.
 *
 * Bytes travel in four rings, whose sizes are powers of two. Of each the sender counts what it has
 * sent and the receiver what it has taken, from 0 on and modulo 2^32; each number is written by its
 * owner only. Byte n of a stream is at n modulo the ring's size. A sender writes the bytes and then
 * `sent`, a receiver reads the bytes and then writes `taken`, with a barrier of the machine between
 * the two (runphi/memory_ring.h does all of that).
 *
 * Neither side believes the other. Each keeps its own numbers for itself and only publishes them;
 * one of the other side that would mean more bytes than the ring holds breaks that lane for good,
 * as a hang-up does. There is no doorbell: each side looks, often while bytes move and ever more
 * seldom when none do.
 *
 * On arm64 both sides must map the memory with the same attributes: as /dev/mem maps what is not
 * System RAM, which is device memory. So accesses are aligned, and of at most 8 bytes.
 */
#ifndef RUNPHI_MEMORY_CHANNEL_H
#define RUNPHI_MEMORY_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

#define RUNPHI_MEMORY_CHANNEL_SIZE 0x10000
#define RUNPHI_MEMORY_CHANNEL_ALIGNMENT 0x1000
#define RUNPHI_MEMORY_CHANNEL_VERSION 1
/* "RUNPHIMC" read as a little-endian number. */
#define RUNPHI_MEMORY_CHANNEL_MAGIC UINT64_C(0x434d4948504e5552)
/* Word of a Linux guest's kernel command line: its value is the address, in hexadecimal with 0x. */
#define RUNPHI_MEMORY_CHANNEL_WORD "runphi.memory"

/* Lanes: a ring in each direction. */
#define RUNPHI_MEMORY_CONSOLE 0
#define RUNPHI_MEMORY_AGENT 1
#define RUNPHI_MEMORY_LANES 2

/* From the beginning of the memory. */
#define RUNPHI_MEMORY_HOST_SIDE 0x0000
#define RUNPHI_MEMORY_CONSOLE_TO_GUEST 0x1000
#define RUNPHI_MEMORY_CONSOLE_TO_GUEST_SIZE 0x2000
#define RUNPHI_MEMORY_AGENT_TO_GUEST 0x3000
#define RUNPHI_MEMORY_AGENT_TO_GUEST_SIZE 0x4000
#define RUNPHI_MEMORY_GUEST_SIDE 0x7000
#define RUNPHI_MEMORY_CONSOLE_TO_HOST 0x8000
#define RUNPHI_MEMORY_CONSOLE_TO_HOST_SIZE 0x4000
#define RUNPHI_MEMORY_AGENT_TO_HOST 0xc000
#define RUNPHI_MEMORY_AGENT_TO_HOST_SIZE 0x4000

/* The low byte of `state`. */
#define RUNPHI_MEMORY_ABSENT 0 /* this side has not begun */
#define RUNPHI_MEMORY_UP 1
/* Of the guest: it is about to power off, and all that it had to send is in its rings. The second
 * byte is its exit status. */
#define RUNPHI_MEMORY_ENDED 2
#define RUNPHI_MEMORY_STATUS_SHIFT 8

/* What one side tells the other; its owner alone writes it. */
struct runphi_memory_side {
    uint64_t magic;   /* RUNPHI_MEMORY_CHANNEL_MAGIC when the rest is valid */
    uint32_t version; /* RUNPHI_MEMORY_CHANNEL_VERSION */
    uint32_t size;    /* RUNPHI_MEMORY_CHANNEL_SIZE */
    /* The host's names this life of the partition, and is not 0. The guest repeats it when it is
     * up: a side of another generation is what an earlier guest has left, and counts as absent. */
    uint32_t generation;
    uint32_t state;   /* RUNPHI_MEMORY_*, and the exit status */
    uint32_t hung_up; /* bit n: this side sends and takes nothing on lane n any more */
    uint32_t reserved[9];
    uint32_t sent[RUNPHI_MEMORY_LANES];  /* bytes, modulo 2^32 */
    uint32_t taken[RUNPHI_MEMORY_LANES]; /* bytes, modulo 2^32 */
    uint32_t unused[1004];               /* the rest of the page; 0 */
};

#endif
