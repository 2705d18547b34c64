/* SPDX-License-Identifier: Apache-2.0 */
/* Sets the alarm of a PL031 clock that the partition was given, and takes its interrupt: status 0,
 * or 1 if none has come after ten seconds. The clock is that of QEMU's virt machine
 * (hw/arm/virt.c); the interrupt controller is the GICv3 of a Xen domain
 * (xen/include/public/arch-arm.h). */
#include "inmate.h"

static volatile uint32_t* const clock = (volatile uint32_t*)0x09010000;
enum {
    clock_seconds = 0x00 / 4,
    clock_match = 0x04 / 4,
    clock_mask = 0x10 / 4,
    clock_clear = 0x1c / 4
};
enum { clock_interrupt = 34 }; /* SPI 2 */

static volatile uint32_t* const distributor =
    (volatile uint32_t*)0x03001000; /* GUEST_GICV3_GICD_BASE */
enum { gicd_control = 0x000 / 4, gicd_group = 0x080 / 4, gicd_enable = 0x100 / 4 };
enum { control_affinity_routing = 1 << 4, control_group1 = 1 << 1 };

static void take_interrupts(unsigned number) {
    distributor[gicd_control] = control_affinity_routing | control_group1;
    distributor[gicd_group + number / 32] |= 1U << (number % 32);
    distributor[gicd_enable + number / 32] = 1U << (number % 32);
    /* ICC_SRE_EL1, ICC_PMR_EL1 and ICC_IGRPEN1_EL1, which older assemblers know by number only. */
    __asm__ volatile(
        "msr s3_0_c12_c12_5, %0; isb; msr s3_0_c4_c6_0, %1; msr s3_0_c12_c12_7, %0; isb"
        :
        : "r"(1UL), "r"(0xffUL));
}

/* ICC_IAR1_EL1: the interrupt that is pending, 1023 if there is none. */
static unsigned acknowledge(void) {
    uint64_t number;
    __asm__ volatile("mrs %0, s3_0_c12_c12_0" : "=r"(number));
    return (unsigned)number;
}

static uint64_t ticks(void) {
    uint64_t count;
    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(count));
    return count;
}

void inmate_main(void) {
    uint64_t frequency;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    say_hello();
    take_interrupts(clock_interrupt);
    clock[clock_match] = clock[clock_seconds] + 1;
    clock[clock_mask] = 1;
    const uint64_t end = ticks() + 10 * frequency;
    while (ticks() < end) {
        if (acknowledge() != clock_interrupt) continue;
        clock[clock_mask] = 0;
        clock[clock_clear] = 1;
        print("the alarm went off\n");
        exit_with(0);
    }
    print("no interrupt came\n");
    exit_with(1);
}
