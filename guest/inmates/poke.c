/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does what the console says, a line each, numbers in hexadecimal digits: whoever tries a machine
 * sees by it what a partition has.
 * - "r ADDRESS" says the 32 bits there, in 8 digits.
 * - "w ADDRESS VALUE" writes them.
 * - "i DISTRIBUTOR INTERRUPT" waits for a shared interrupt of a GICv3, and says its number.
 * - "q" ends.
 */
#include "inmate.h"

enum { longest_line = 64 };

static void say(uint32_t value) {
    for (int shift = 28; shift >= 0; shift -= 4) {
        const uint32_t digit = value >> shift & 0xf;
        console_put((char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
    }
    console_put('\n');
}

static int digit_of(char one) {
    if (one >= '0' && one <= '9') return one - '0';
    return one >= 'a' && one <= 'f' ? one - 'a' + 10 : -1;
}

/* Behind spaces; what is no number is 0. */
static uint64_t number(const char** text) {
    uint64_t out = 0;
    while (**text == ' ') ++*text;
    for (; digit_of(**text) >= 0; ++*text) out = out << 4 | (uint64_t)digit_of(**text);
    return out;
}

static volatile uint32_t* word_at(uint64_t address) {
    return (volatile uint32_t*)address;
}

/* Arm's IHI 0069: the distributor's registers by their offsets, the CPU interface's by their
 * numbers, which old assemblers know. */
enum { gicd_group = 0x80, gicd_enable = 0x100, gicd_priority = 0x400, gicd_route = 0x6000 };
enum { enable_groups_by_affinity = 0x13, group_1_priority = 0xa0 };

static void enable_interrupt(uint64_t distributor, uint32_t interrupt) {
    const uint64_t word = 4 * (interrupt / 32);
    const uint32_t bit = UINT32_C(1) << interrupt % 32;
    *word_at(distributor) = enable_groups_by_affinity;
    *word_at(distributor + gicd_group + word) |= bit;
    *(volatile uint8_t*)(distributor + gicd_priority + interrupt) = group_1_priority;
    *(volatile uint64_t*)(distributor + gicd_route + 8 * interrupt) = 0;
    *word_at(distributor + gicd_enable + word) = bit;
    /* ICC_SRE_EL1, ICC_PMR_EL1, ICC_IGRPEN1_EL1 */
    __asm__ volatile(
        "msr s3_0_c12_c12_5, %0; isb; msr s3_0_c4_c6_0, %1; msr s3_0_c12_c12_7, %0; isb" ::"r"(
            UINT64_C(1)),
        "r"(UINT64_C(0xff))
        : "memory");
}

enum { patience_seconds = 30 };

static uint64_t now(void) {
    uint64_t out;
    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(out));
    return out;
}

/* Taken without an exception: the CPU's mask stays, and the interface is asked. 0: it has not come.
 */
static uint32_t await_interrupt(uint32_t wanted) {
    uint64_t frequency, taken;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    const uint64_t end = now() + patience_seconds * frequency;
    do {
        if (now() >= end) return 0;
        __asm__ volatile("mrs %0, s3_0_c12_c12_0; dsb sy"
                         : "=r"(taken)::"memory"); /* ICC_IAR1_EL1 */
    } while ((uint32_t)taken != wanted);
    __asm__ volatile("msr s3_0_c12_c12_1, %0; isb" ::"r"(taken) : "memory"); /* ICC_EOIR1_EL1 */
    return wanted;
}

static void obey(const char* line) {
    const char* rest = line + 1;
    const uint64_t first = number(&rest);
    const uint32_t second = (uint32_t)number(&rest);
    switch (*line) {
        case 'r':
            say(*word_at(first));
            break;
        case 'w':
            *word_at(first) = second;
            break;
        case 'i':
            enable_interrupt(first, second);
            say(await_interrupt(second));
            break;
        case 'q':
            exit_with(0);
        default:
            print("?\n");
    }
}

void inmate_main(void) {
    static char line[longest_line];
    unsigned length = 0;
    say_hello();
    for (;;) {
        const int byte = console_get();
        if (byte < 0) continue;
        if (byte != '\n') {
            if (length < longest_line - 1) line[length++] = (char)byte;
            continue;
        }
        line[length] = '\0';
        length = 0;
        obey(line);
    }
}
