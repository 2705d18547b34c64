/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two ends of a memory channel (runphi/memory_channel.h), for backends, phi-init and inmates.
 * C11 and C++; every function is inline, nothing is allocated, and no library is needed. One thread
 * at a time may use an end.
 */
#ifndef RUNPHI_MEMORY_RING_H
#define RUNPHI_MEMORY_RING_H

#include <stdbool.h>

#include "memory_channel.h"

#ifdef __cplusplus
extern "C" {
#endif

/* NOLINTBEGIN(modernize-use-nullptr): it is C. */

/* One end of a lane. */
struct runphi_memory_lane {
    volatile uint8_t* out;      /* the ring that this end sends into */
    const volatile uint8_t* in; /* and the one that it takes from */
    uint32_t out_size, in_size;
    uint32_t sent, taken; /* the only copies that count: the shared ones are for the other side */
    bool broken;          /* the other side has told numbers that cannot be: the lane is dead */
};

struct runphi_memory_end {
    volatile struct runphi_memory_side* mine;
    const volatile struct runphi_memory_side* theirs;
    uint32_t generation;
    struct runphi_memory_lane lanes[RUNPHI_MEMORY_LANES];
};

/* Other CPUs, also those of another partition, see what is before it before what is behind it. */
static inline void runphi_memory_barrier(void) {
#if defined(__aarch64__)
    __asm__ volatile("dmb sy" ::: "memory");
#else
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

/* ---- bytes ------------------------------------------------------------------------------------
 * As device memory wants them: single aligned accesses, which no compiler may join. */

typedef uint64_t __attribute__((may_alias)) runphi_memory_word;

static inline void runphi_memory_write(volatile uint8_t* to, const uint8_t* from, uint32_t length) {
    for (; length > 0 && ((uintptr_t)to & 7) != 0; --length) *to++ = *from++;
    for (; length >= 8; length -= 8, to += 8, from += 8) {
        runphi_memory_word word;
        __builtin_memcpy(&word, from, sizeof word);
        *(volatile runphi_memory_word*)(volatile void*)to = word;
    }
    for (; length > 0; --length) *to++ = *from++;
}

static inline void runphi_memory_read(uint8_t* to, const volatile uint8_t* from, uint32_t length) {
    for (; length > 0 && ((uintptr_t)from & 7) != 0; --length) *to++ = *from++;
    for (; length >= 8; length -= 8, to += 8, from += 8) {
        const runphi_memory_word word =
            *(const volatile runphi_memory_word*)(const volatile void*)from;
        __builtin_memcpy(to, &word, sizeof word);
    }
    for (; length > 0; --length) *to++ = *from++;
}

/* ---- lanes ------------------------------------------------------------------------------------
 */

/* Bytes that runphi_memory_send would take now. */
static inline uint32_t runphi_memory_room(const struct runphi_memory_end* end,
                                          unsigned lane_index) {
    const struct runphi_memory_lane* lane = &end->lanes[lane_index];
    const uint32_t under_way = lane->sent - end->theirs->taken[lane_index];
    return lane->broken || under_way > lane->out_size ? 0 : lane->out_size - under_way;
}

/* Sends as much of it as there is room for; returns how much. */
static inline uint32_t runphi_memory_send(struct runphi_memory_end* end, unsigned lane_index,
                                          const void* bytes, uint32_t length) {
    struct runphi_memory_lane* lane = &end->lanes[lane_index];
    const uint32_t under_way = lane->sent - end->theirs->taken[lane_index]; /* read once */
    if (under_way > lane->out_size) lane->broken = true;
    if (lane->broken) return 0;
    if (length > lane->out_size - under_way) length = lane->out_size - under_way;
    if (length == 0) return 0;
    const uint32_t at = lane->sent & (lane->out_size - 1);
    const uint32_t first = length < lane->out_size - at ? length : lane->out_size - at;
    /* What was taken is read before it is written over. */
    runphi_memory_barrier();
    runphi_memory_write(lane->out + at, (const uint8_t*)bytes, first);
    runphi_memory_write(lane->out, (const uint8_t*)bytes + first, length - first);
    runphi_memory_barrier();
    lane->sent += length;
    end->mine->sent[lane_index] = lane->sent;
    return length;
}

/* Takes at most `room` bytes; returns how many. */
static inline uint32_t runphi_memory_take(struct runphi_memory_end* end, unsigned lane_index,
                                          void* bytes, uint32_t room) {
    struct runphi_memory_lane* lane = &end->lanes[lane_index];
    uint32_t length = end->theirs->sent[lane_index] - lane->taken; /* read once */
    if (length > lane->in_size) lane->broken = true;
    if (lane->broken) return 0;
    if (length > room) length = room;
    if (length == 0) return 0;
    const uint32_t at = lane->taken & (lane->in_size - 1);
    const uint32_t first = length < lane->in_size - at ? length : lane->in_size - at;
    runphi_memory_barrier();
    runphi_memory_read((uint8_t*)bytes, lane->in + at, first);
    runphi_memory_read((uint8_t*)bytes + first, lane->in, length - first);
    runphi_memory_barrier();
    lane->taken += length;
    end->mine->taken[lane_index] = lane->taken;
    return length;
}

/* Has the other side taken all that was sent? */
static inline bool runphi_memory_all_taken(const struct runphi_memory_end* end, unsigned lane) {
    return end->theirs->taken[lane] == end->lanes[lane].sent;
}

static inline void runphi_memory_hang_up(struct runphi_memory_end* end, unsigned lane) {
    end->lanes[lane].broken = true;
    runphi_memory_barrier();
    end->mine->hung_up = end->mine->hung_up | 1U << lane;
}

/* Says that the other side has hung up, or broken the lane. What it sent before can still be taken
 * in the first case. */
static inline bool runphi_memory_is_hung_up(const struct runphi_memory_end* end, unsigned lane) {
    return end->lanes[lane].broken || (end->theirs->hung_up >> lane & 1) != 0;
}

/* ---- ends -------------------------------------------------------------------------------------
 */

static inline void runphi_memory_lane_set(struct runphi_memory_end* end, unsigned index,
                                          volatile uint8_t* out, uint32_t out_size,
                                          const volatile uint8_t* in, uint32_t in_size) {
    struct runphi_memory_lane* lane = &end->lanes[index];
    lane->out = out;
    lane->out_size = out_size;
    lane->in = in;
    lane->in_size = in_size;
    lane->sent = end->mine->sent[index];
    lane->taken = end->mine->taken[index];
    lane->broken = false;
}

static inline void runphi_memory_set_up(volatile struct runphi_memory_side* side,
                                        uint32_t generation) {
    side->version = RUNPHI_MEMORY_CHANNEL_VERSION;
    side->size = RUNPHI_MEMORY_CHANNEL_SIZE;
    side->generation = generation;
    side->state = RUNPHI_MEMORY_UP;
    runphi_memory_barrier();
    side->magic = RUNPHI_MEMORY_CHANNEL_MAGIC;
    runphi_memory_barrier();
}

/* The host's end, before the guest runs: whatever was there is gone. `memory` has
 * RUNPHI_MEMORY_CHANNEL_SIZE bytes at a page's boundary; `generation` is not 0. */
static inline void runphi_memory_begin_host(struct runphi_memory_end* end, void* memory,
                                            uint32_t generation) {
    uint8_t* base = (uint8_t*)memory;
    volatile runphi_memory_word* words = (volatile runphi_memory_word*)memory;
    for (uint32_t i = 0; i < RUNPHI_MEMORY_CHANNEL_SIZE / sizeof *words; ++i) words[i] = 0;
    end->mine = (volatile struct runphi_memory_side*)(void*)(base + RUNPHI_MEMORY_HOST_SIDE);
    end->theirs =
        (const volatile struct runphi_memory_side*)(void*)(base + RUNPHI_MEMORY_GUEST_SIDE);
    end->generation = generation;
    runphi_memory_lane_set(end, RUNPHI_MEMORY_CONSOLE, base + RUNPHI_MEMORY_CONSOLE_TO_GUEST,
                           RUNPHI_MEMORY_CONSOLE_TO_GUEST_SIZE,
                           base + RUNPHI_MEMORY_CONSOLE_TO_HOST,
                           RUNPHI_MEMORY_CONSOLE_TO_HOST_SIZE);
    runphi_memory_lane_set(end, RUNPHI_MEMORY_AGENT, base + RUNPHI_MEMORY_AGENT_TO_GUEST,
                           RUNPHI_MEMORY_AGENT_TO_GUEST_SIZE, base + RUNPHI_MEMORY_AGENT_TO_HOST,
                           RUNPHI_MEMORY_AGENT_TO_HOST_SIZE);
    runphi_memory_set_up(end->mine, generation);
}

/* Is this memory a channel that a host has begun? */
static inline bool runphi_memory_is_channel(const void* memory) {
    const volatile struct runphi_memory_side* host =
        (const volatile struct runphi_memory_side*)memory;
    if (host->magic != RUNPHI_MEMORY_CHANNEL_MAGIC) return false;
    runphi_memory_barrier();
    return host->version == RUNPHI_MEMORY_CHANNEL_VERSION &&
           host->size == RUNPHI_MEMORY_CHANNEL_SIZE && host->generation != 0;
}

/* The guest's end of a channel. One that was up in this generation already goes on where it was. */
static inline void runphi_memory_begin_guest(struct runphi_memory_end* end, void* memory) {
    uint8_t* base = (uint8_t*)memory;
    end->mine = (volatile struct runphi_memory_side*)(void*)(base + RUNPHI_MEMORY_GUEST_SIDE);
    end->theirs =
        (const volatile struct runphi_memory_side*)(void*)(base + RUNPHI_MEMORY_HOST_SIDE);
    end->generation = end->theirs->generation;
    if (end->mine->generation != end->generation) {
        end->mine->magic = 0;
        end->mine->hung_up = 0;
        for (unsigned i = 0; i < RUNPHI_MEMORY_LANES; ++i) {
            end->mine->sent[i] = 0;
            end->mine->taken[i] = 0;
        }
    }
    runphi_memory_lane_set(end, RUNPHI_MEMORY_CONSOLE, base + RUNPHI_MEMORY_CONSOLE_TO_HOST,
                           RUNPHI_MEMORY_CONSOLE_TO_HOST_SIZE,
                           base + RUNPHI_MEMORY_CONSOLE_TO_GUEST,
                           RUNPHI_MEMORY_CONSOLE_TO_GUEST_SIZE);
    runphi_memory_lane_set(end, RUNPHI_MEMORY_AGENT, base + RUNPHI_MEMORY_AGENT_TO_HOST,
                           RUNPHI_MEMORY_AGENT_TO_HOST_SIZE, base + RUNPHI_MEMORY_AGENT_TO_GUEST,
                           RUNPHI_MEMORY_AGENT_TO_GUEST_SIZE);
    runphi_memory_set_up(end->mine, end->generation);
}

/* Of the guest: says that it powers off now, and how it has ended (0 to 255). */
static inline void runphi_memory_end_guest(struct runphi_memory_end* end, unsigned status) {
    runphi_memory_barrier();
    end->mine->state = RUNPHI_MEMORY_ENDED | (status & 0xff) << RUNPHI_MEMORY_STATUS_SHIFT;
    runphi_memory_barrier();
}

/* The other side's state and status, RUNPHI_MEMORY_ABSENT if it is of another generation. */
static inline uint32_t runphi_memory_state(const struct runphi_memory_end* end) {
    if (end->theirs->magic != RUNPHI_MEMORY_CHANNEL_MAGIC) return RUNPHI_MEMORY_ABSENT;
    runphi_memory_barrier();
    if (end->theirs->generation != end->generation) return RUNPHI_MEMORY_ABSENT;
    const uint32_t state = end->theirs->state;
    /* Whoever sees the end sees all that was sent before it. */
    runphi_memory_barrier();
    return state;
}

/* NOLINTEND(modernize-use-nullptr) */

#ifdef __cplusplus
}
#endif

#endif
