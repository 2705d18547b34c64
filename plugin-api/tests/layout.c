/* SPDX-License-Identifier: Apache-2.0 */
/* Does not compile if the layout of the ABI has moved. */
#include <runphi/abi.h>
#include <runphi/agent.h>

#define SIZE(name, bytes, alignment)                                         \
    _Static_assert(sizeof(struct name) == (bytes), "size of struct " #name); \
    _Static_assert(_Alignof(struct name) == (alignment), "alignment of struct " #name)
#define AT(name, field, offset) \
    _Static_assert(offsetof(struct name, field) == (offset), #name "." #field)

#include "layout.inc"

_Static_assert(sizeof(runphi_result) == 4, "runphi_result");
_Static_assert(sizeof(void*) == 8, "the ABI is for 64-bit machines");
_Static_assert(sizeof(void (*)(void)) == 8, "the ABI is for 64-bit machines");
