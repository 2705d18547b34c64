/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a line five times a second, for ever: whether it runs can be seen from outside. */
#include "inmate.h"

static uint64_t now(void) {
    uint64_t count;
    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(count));
    return count;
}

/* Nobody takes the timer's interrupt, but that it is pending ends the wait. */
static void sleep_until(uint64_t time) {
    __asm__ volatile("msr cntv_cval_el0, %0; msr cntv_ctl_el0, %1; isb" : : "r"(time), "r"(1UL));
    while (now() < time) __asm__ volatile("wfi");
}

void inmate_main(void) {
    uint64_t frequency;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    say_hello();
    for (uint64_t next = now();; next += frequency / 5) {
        sleep_until(next);
        print("tick\n");
    }
}
