/* SPDX-License-Identifier: Apache-2.0 */
/* A slot's VM: an arm64 CPU at EL1 with a GIC. MMU and caches are off, so every access here is to
 * device memory, and none of them unaligned. */
#include "guest/slot/slot.h"
#include "guest/slot/slot_parameters.h"

/* start.S */
extern const volatile struct runphi_slot_parameters slot_parameters;
extern const char slot_return[];
void slot_enter(uint64_t entry, uint64_t argument) __attribute__((noreturn));
void slot_main(uint64_t why, uint64_t x0, uint64_t x1, uint64_t x2) __attribute__((noreturn));
enum { why_boot = 0, why_return = 1, why_exception = 2 };

_Static_assert(sizeof(struct runphi_slot_parameters) == RUNPHI_SLOT_PARAMETERS_SIZE, "");

void slot_barrier(void) {
    __asm__ volatile("dmb sy" ::: "memory");
}

void slot_drop_caches(const void* at, uint64_t size) {
    uint64_t type;
    __asm__ volatile("mrs %0, ctr_el0" : "=r"(type));
    const uint64_t line = UINT64_C(4) << (type >> 16 & 0xf);
    const uint64_t end = (uint64_t)at + size;
    __asm__ volatile("dsb sy" ::: "memory");
    for (uint64_t one = (uint64_t)at & ~(line - 1); one < end; one += line)
        __asm__ volatile("dc civac, %0" : : "r"(one) : "memory");
    __asm__ volatile("dsb sy" ::: "memory");
}

void slot_drop_instructions(void) {
    __asm__ volatile("ic iallu; dsb sy; isb" ::: "memory");
}

/* ---- the interrupt controller (Arm's IHI 0048 for version 2, IHI 0069 for version 3)
 * -------------------------------------------------------------------------- */

enum { gicd_ctlr = 0x000, gicd_typer = 0x004 };
enum { clear_enable = 0x180, clear_pending = 0x280, clear_active = 0x380 }; /* GICR_ too */
enum { gicc_ctlr = 0x00, gicc_pmr = 0x04 };
enum { gicr_typer = 0x0008, gicr_sgi_frame = 0x10000, gicr_stride = 0x20000 };
enum { enable_groups = 3, typer_lines = 0x1f, gicr_typer_last = 1 << 4, most_cpus = 64 };

static volatile uint32_t* reg(uint64_t base, uint64_t offset) {
    return (volatile uint32_t*)(base + offset);
}

/* 32 interrupts: none is enabled, pending or active any more. */
static void clear_lines(uint64_t base, unsigned word) {
    *reg(base, clear_enable + 4 * word) = ~0U;
    *reg(base, clear_pending + 4 * word) = ~0U;
    *reg(base, clear_active + 4 * word) = ~0U;
}

static void reset_distributor(uint64_t base, unsigned first_word) {
    *reg(base, gicd_ctlr) &= ~(uint32_t)enable_groups;
    const unsigned words = (*reg(base, gicd_typer) & typer_lines) + 1;
    for (unsigned word = first_word; word < words; ++word) clear_lines(base, word);
}

static void reset_redistributors(uint64_t base) {
    for (unsigned cpu = 0; cpu < most_cpus; ++cpu, base += gicr_stride) {
        clear_lines(base + gicr_sgi_frame, 0);
        if ((*reg(base, gicr_typer) & gicr_typer_last) != 0) return;
    }
}

/* ICC_SRE_EL1, ICC_PMR_EL1, ICC_IGRPEN1_EL1, ICC_AP1R0_EL1: by number, for old assemblers. */
static void reset_cpu_interface(void) {
    __asm__ volatile(
        "mrs x0, s3_0_c12_c12_5; orr x0, x0, #1; msr s3_0_c12_c12_5, x0; isb;"
        "msr s3_0_c4_c6_0, xzr; msr s3_0_c12_c12_7, xzr; msr s3_0_c12_c9_0, xzr; isb" ::
            : "x0", "memory");
}

static void reset_interrupts(void) {
    const uint64_t distributor = slot_parameters.gic_distributor;
    const uint64_t second = slot_parameters.gic_second;
    switch (slot_parameters.gic_version) {
        case 2:
            reset_distributor(distributor, 0);
            *reg(second, gicc_pmr) = 0;
            *reg(second, gicc_ctlr) = 0;
            return;
        case 3:
            reset_distributor(distributor, 1);
            reset_redistributors(second);
            reset_cpu_interface();
            return;
        default:
            return;
    }
}

/* ---- waiting: the timer's event stream wakes the CPU about once in a millisecond, and needs no
 * interrupt --- */

static void begin_events(void) {
    uint64_t frequency;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    uint64_t bit = 0;
    while (bit < 15 && (UINT64_C(4) << bit) <= frequency / 1000) ++bit;
    __asm__ volatile("msr cntkctl_el1, %0; isb" : : "r"(bit << 4 | 1 << 2)); /* EVNTI, EVNTEN */
}

static void end_events(void) {
    __asm__ volatile("msr cntkctl_el1, xzr; isb");
}

/* ---- the slot
 * ---------------------------------------------------------------------------------------------- */

static struct slot slot;

/* From the image, not from what a guest may have spoilt of our data. */
static void describe(void) {
    slot.window = (uint8_t*)slot_parameters.window_base;
    slot.window_size = slot_parameters.window_size;
    slot.return_address = (uint64_t)slot_return;
    slot.ram_count = slot_parameters.ram_count;
    for (uint32_t i = 0; i < slot.ram_count; ++i) {
        slot.ram[i].range.base = slot_parameters.ram[i].base;
        slot.ram[i].range.size = slot_parameters.ram[i].size;
        slot.ram[i].at = (uint8_t*)slot.ram[i].range.base;
    }
}

/* An image that nobody has written the parameters of can do nothing, and must not touch anything.
 */
static bool is_described(void) {
    return slot_parameters.window_size >= RUNPHI_SLOT_WINDOW_MIN &&
           slot_parameters.ram_count >= 1 && slot_parameters.ram_count <= RUNPHI_SLOT_RAM_MAX;
}

void slot_main(uint64_t why, uint64_t x0, uint64_t x1, uint64_t x2) {
    while (!is_described()) __asm__ volatile("wfi");
    describe();
    reset_interrupts();
    struct slot_end end = {.crashed = why == why_exception};
    if (end.crashed) {
        end.syndrome = x0;
        end.address = x1;
        end.data = x2;
    } else {
        end.value = x0;
        end.kind = x1;
    }
    if (why == why_boot)
        slot_begin(&slot);
    else
        slot_resume(&slot, &end);
    begin_events();
    while (slot_poll(&slot) != SLOT_ENTER) __asm__ volatile("wfe" ::: "memory");
    end_events();
    slot_enter(slot.entry, slot.argument);
}
