/* SPDX-License-Identifier: Apache-2.0 */
/* Does not compile if the layout of the ABI has moved. */
#include <runphi/abi.h>
#include <runphi/agent.h>
#include <runphi/memory_channel.h>
#include <runphi/memory_ring.h>

#define SIZE(name, bytes, alignment)                                         \
    _Static_assert(sizeof(struct name) == (bytes), "size of struct " #name); \
    _Static_assert(_Alignof(struct name) == (alignment), "alignment of struct " #name)
#define AT(name, field, offset) \
    _Static_assert(offsetof(struct name, field) == (offset), #name "." #field)

#include "layout.inc"

_Static_assert(sizeof(runphi_result) == 4, "runphi_result");
_Static_assert(sizeof(void*) == 8, "the ABI is for 64-bit machines");
_Static_assert(sizeof(void (*)(void)) == 8, "the ABI is for 64-bit machines");

/* The memory channel has no hole and nothing over something else. */
#define FOLLOWS(name, size, next) \
    _Static_assert((name) + (size) == (next), #name " is followed by " #next)
FOLLOWS(RUNPHI_MEMORY_HOST_SIDE, 4096, RUNPHI_MEMORY_CONSOLE_TO_GUEST);
FOLLOWS(RUNPHI_MEMORY_CONSOLE_TO_GUEST, RUNPHI_MEMORY_CONSOLE_TO_GUEST_SIZE,
        RUNPHI_MEMORY_AGENT_TO_GUEST);
FOLLOWS(RUNPHI_MEMORY_AGENT_TO_GUEST, RUNPHI_MEMORY_AGENT_TO_GUEST_SIZE, RUNPHI_MEMORY_GUEST_SIDE);
FOLLOWS(RUNPHI_MEMORY_GUEST_SIDE, 4096, RUNPHI_MEMORY_CONSOLE_TO_HOST);
FOLLOWS(RUNPHI_MEMORY_CONSOLE_TO_HOST, RUNPHI_MEMORY_CONSOLE_TO_HOST_SIZE,
        RUNPHI_MEMORY_AGENT_TO_HOST);
FOLLOWS(RUNPHI_MEMORY_AGENT_TO_HOST, RUNPHI_MEMORY_AGENT_TO_HOST_SIZE, RUNPHI_MEMORY_CHANNEL_SIZE);
