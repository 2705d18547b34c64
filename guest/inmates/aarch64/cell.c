/* SPDX-License-Identifier: Apache-2.0 */
/* A Jailhouse cell (master's include/arch/arm64/asm/jailhouse_hypercall.h and
 * include/jailhouse/hypercall.h): what is said goes to the hypervisor's console, and the
 * communication region, which inmates have at 2 GiB, tells whether that is allowed. There is no
 * input, no agent channel, and no power to switch off. */
#include "../inmate.h"

const char machine_name[] = "aarch64, Jailhouse";

static volatile uint32_t* const comm_region = (volatile uint32_t*)0x80000000;
enum { comm_cell_state = 8 / 4, comm_flags = 20 / 4 };
enum { state_shut_down = 2 };
enum { console_permitted = 1 };

enum { hypercall_console_put = 8 };

/* No cell of ours has anything there. */
static volatile uint32_t* const nowhere = (volatile uint32_t*)0xfffff000;

void machine_init(void) {}

/* Each call without the permission is a line in everybody's console. */
void console_put(char byte) {
    if ((comm_region[comm_flags] & console_permitted) == 0) return;
    register uint64_t x0 __asm__("x0") = hypercall_console_put;
    register uint64_t x1 __asm__("x1") = (uint8_t)byte;
    __asm__ volatile("hvc #0x4a48" : "+r"(x0) : "r"(x1) : "memory");
}

/* The hypervisor takes the cell for shut down when it says so itself. PSCI would tell nobody. */
void machine_power_off(void) {
    comm_region[comm_cell_state] = state_shut_down;
    for (;;) __asm__ volatile("wfi");
}

/* The access is the hypervisor's to handle, which stops the cell: it has failed. */
void machine_crash(void) {
    (void)*nowhere;
    __builtin_unreachable();
}

/* Called by start.S. */
void machine_exception(void);
void machine_exception(void) {
    print("unhandled exception\n");
    machine_crash();
}
