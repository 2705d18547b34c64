/* SPDX-License-Identifier: Apache-2.0 */
/* Jailhouse's shared memory device, the second version of ivshmem
 * (Documentation/ivshmem-v2-specification.md): where its memory is stands in a vendor-specific
 * capability. */
#include <stddef.h>

#include "../channel.h"

/* Of the communication region (include/jailhouse/hypercall.h). */
static volatile uint64_t* const comm_ecam = (volatile uint64_t*)(0x80000000 + 56);

enum { functions = 256, function_shift = 12 };
enum { config_id = 0x00, config_capabilities = 0x34, id_ivshmem = 0x4106110a };
enum { capability_vendor = 0x09, most_capabilities = 48 };
enum { vendor_state_table_size = 0x04, vendor_address = 0x18 };

static uint32_t read_at(uint64_t function, unsigned offset) {
    return *(volatile uint32_t*)(uintptr_t)(function + offset);
}

static volatile uint32_t* shared_of(uint64_t function) {
    unsigned at = read_at(function, config_capabilities) & 0xfc;
    for (unsigned i = 0; at != 0 && i < most_capabilities; ++i) {
        const uint32_t head = read_at(function, at);
        if ((head & 0xff) == capability_vendor) {
            const uint64_t address = read_at(function, at + vendor_address) |
                                     (uint64_t)read_at(function, at + vendor_address + 4) << 32;
            /* Behind the state table, which only the hypervisor writes. */
            return (volatile uint32_t*)(uintptr_t)(address +
                                                   read_at(function, at + vendor_state_table_size));
        }
        at = head >> 8 & 0xfc;
    }
    return NULL;
}

/* The section that all ends of the cell's first shared memory device write. */
volatile uint32_t* channel_memory(void) {
    for (uint64_t number = 0; number < functions; ++number) {
        const uint64_t function = *comm_ecam + (number << function_shift);
        if (read_at(function, config_id) == id_ivshmem) return shared_of(function);
    }
    return NULL;
}
