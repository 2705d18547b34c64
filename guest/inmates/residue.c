/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for what a guest before it has left in the CPU, and leaves something itself. Its status is
 * 1 if it has found anything. For CPUs with a GIC of version 3. */
#include "inmate.h"

#define TAKE(found, name)                                \
    do {                                                 \
        uint64_t value;                                  \
        __asm__ volatile("mrs %0, " name : "=r"(value)); \
        (found) |= value;                                \
    } while (0)
#define LEAVE(name, value) __asm__ volatile("msr " name ", %0" : : "r"((uint64_t)(value)))

enum { mask_bit = 2, fp_access = 3 << 20, mmu_and_caches = 1 << 12 | 1 << 2 | 1 };

static uint64_t fp_register(void) {
    uint64_t value;
    LEAVE("cpacr_el1", fp_access);
    __asm__ volatile("isb; fmov %0, d7" : "=r"(value));
    return value;
}

static uint64_t find(void) {
    uint64_t found = 0, control = 0;
    TAKE(found, "cpacr_el1");
    TAKE(found, "tpidr_el0");
    TAKE(found, "tpidr_el1");
    TAKE(found, "ttbr0_el1");
    TAKE(found, "ttbr1_el1");
    TAKE(found, "mair_el1");
    TAKE(found, "cntkctl_el1");
    TAKE(found, "cntv_ctl_el0");
    TAKE(found, "s3_0_c4_c6_0");   /* ICC_PMR_EL1 */
    TAKE(found, "s3_0_c12_c12_7"); /* ICC_IGRPEN1_EL1 */
    TAKE(control, "sctlr_el1");
    return found | (control & mmu_and_caches) | fp_register();
}

static void leave(void) {
    enum { something = 0x1000 };
    LEAVE("tpidr_el0", something);
    LEAVE("tpidr_el1", something);
    LEAVE("ttbr0_el1", something);
    LEAVE("ttbr1_el1", something);
    LEAVE("mair_el1", something);
    LEAVE("cntv_ctl_el0", mask_bit);
    LEAVE("s3_0_c4_c6_0", 0xf0);
    LEAVE("s3_0_c12_c12_7", 1);
    __asm__ volatile("fmov d7, %0; isb" : : "r"((uint64_t)something));
}

void inmate_main(void) {
    const uint64_t found = find();
    leave();
    exit_with(found == 0 ? 0 : 1);
}
