/* SPDX-License-Identifier: Apache-2.0 */
/* A Xen domain (Xen's public/arch-arm.h, public/sched.h): the console is the PL011 that Xen
 * emulates for a domain with `vuart="sbsa_uart"`. The paravirtual console is no choice: its ring is
 * memory that dom0 reads through its caches, and we run with ours off. There is no agent channel.
 */
#include "../inmate.h"

const char machine_name[] = "aarch64, Xen";

static volatile uint32_t* const pl011 = (volatile uint32_t*)0x22000000; /* GUEST_PL011_BASE */
enum { pl011_data = 0x00 / 4, pl011_flags = 0x18 / 4 };
enum { flag_busy = 1 << 3, flag_no_input = 1 << 4, flag_full = 1 << 5 };

enum { hypercall_sched_op = 29 };
enum { sched_op_shutdown = 2 };
enum { shutdown_poweroff = 0, shutdown_reboot = 1, shutdown_crash = 3 };

void machine_init(void) {}

void console_put(char byte) {
    while ((pl011[pl011_flags] & flag_full) != 0) continue;
    pl011[pl011_data] = (uint8_t)byte;
}

int console_get(void) {
    if ((pl011[pl011_flags] & flag_no_input) != 0) return -1;
    return (uint8_t)pl011[pl011_data];
}

/* The hypervisor keeps the reason, and what it has not handed on of the console is lost then. */
static void shut_down(uint32_t reason) __attribute__((noreturn));
static void shut_down(uint32_t reason) {
    while ((pl011[pl011_flags] & flag_busy) != 0) continue;
    register uint64_t x0 __asm__("x0") = sched_op_shutdown;
    register const uint32_t* x1 __asm__("x1") = &reason;
    register uint64_t x16 __asm__("x16") = hypercall_sched_op;
    __asm__ volatile("hvc #0xea1" : "+r"(x0) : "r"(x1), "r"(x16) : "memory");
    for (;;) __asm__ volatile("wfi");
}

void machine_power_off(void) {
    shut_down(shutdown_poweroff);
}

void machine_reset(void) {
    shut_down(shutdown_reboot);
}

void machine_crash(void) {
    __asm__ volatile("udf #0");
    __builtin_unreachable();
}

/* Called by start.S. What the guest's own fault handler would say to Xen. */
void machine_exception(void);
void machine_exception(void) {
    print("unhandled exception\n");
    shut_down(shutdown_crash);
}

/* Nobody takes the timer's interrupt, but that it is pending ends the wait. */
void machine_sleep(unsigned milliseconds) {
    uint64_t frequency, now;
    __asm__ volatile("mrs %0, cntfrq_el0; isb; mrs %1, cntvct_el0" : "=r"(frequency), "=r"(now));
    const uint64_t until = now + frequency * milliseconds / 1000;
    __asm__ volatile("msr cntv_cval_el0, %0; msr cntv_ctl_el0, %1; isb" : : "r"(until), "r"(1UL));
    while (now < until) __asm__ volatile("wfi; isb; mrs %0, cntvct_el0" : "=r"(now));
}

/* No interrupt of this domain is enabled. */
void machine_rest(void) {
    for (;;) __asm__ volatile("wfi");
}
