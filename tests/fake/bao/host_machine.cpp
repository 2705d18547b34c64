// SPDX-License-Identifier: Apache-2.0
// What the stub wants of its machine, of the host: coherent, as far as a process sees.
#include "guest/slot/slot.h"

void slot_barrier(void) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void slot_drop_caches(const void*, uint64_t) {}

void slot_drop_instructions(void) {}
