/* SPDX-License-Identifier: Apache-2.0 */
/* A Bao slot (guest/slot/slot_window.h): the stub enters the inmate with the window's address in x0
 * and the address to return to in x30. Console and agent are the lanes of the memory channel, and
 * to power off is to return. */
#include "../inmate.h"

#include <runphi/memory_ring.h>

#include "guest/slot/slot_window.h"

const char machine_name[] = "aarch64, Bao";

/* start.S: x0 and x30 as the inmate was entered. */
extern const uint64_t boot_registers[2];

static uint8_t* window;
static struct runphi_memory_end channel;
static bool has_channel;

/* Every loop of an inmate that listens is much faster, also in an emulator. */
enum { promised_interval_ms = 1000 };

void machine_init(void) {
    window = (uint8_t*)boot_registers[0];
    has_channel = runphi_memory_is_channel(window + RUNPHI_SLOT_CHANNEL);
    if (has_channel) runphi_memory_begin_guest(&channel, window + RUNPHI_SLOT_CHANNEL);
}

static void leave(uint64_t value, uint64_t kind) __attribute__((noreturn));
static void leave(uint64_t value, uint64_t kind) {
    register uint64_t x0 __asm__("x0") = value;
    register uint64_t x1 __asm__("x1") = kind;
    __asm__ volatile("br %2" : : "r"(x0), "r"(x1), "r"(boot_registers[1]) : "memory");
    __builtin_unreachable();
}

static bool is_stopped(void) {
    const volatile struct runphi_slot_control* control =
        (const volatile struct runphi_slot_control*)(void*)(window + RUNPHI_SLOT_CONTROL);
    const volatile struct runphi_slot_status* status =
        (const volatile struct runphi_slot_status*)(void*)(window + RUNPHI_SLOT_STATUS);
    return control->seq != status->acked && control->command == RUNPHI_SLOT_STOP;
}

/* What a process would end with that SIGTERM has killed. */
static void obey_stop(void) {
    enum { terminated = 143 };
    if (is_stopped()) machine_end(terminated);
}

/* The first beat makes the promise. */
static void beat(void) {
    volatile struct runphi_slot_guest* page =
        (volatile struct runphi_slot_guest*)(void*)(window + RUNPHI_SLOT_GUEST);
    page->beats = page->beats + 1;
    if (page->magic == RUNPHI_SLOT_GUEST_MAGIC) return;
    page->version = RUNPHI_SLOT_VERSION;
    page->interval_ms = promised_interval_ms;
    runphi_memory_barrier();
    page->magic = RUNPHI_SLOT_GUEST_MAGIC;
}

/* A host that does not read makes us wait, until it wants us to stop. */
static void put(unsigned lane, uint8_t byte) {
    while (has_channel && !runphi_memory_is_hung_up(&channel, lane) &&
           runphi_memory_send(&channel, lane, &byte, 1) == 0)
        if (is_stopped()) return;
}

static int get(unsigned lane) {
    uint8_t byte;
    obey_stop();
    return has_channel && runphi_memory_take(&channel, lane, &byte, 1) == 1 ? byte : -1;
}

void console_put(char byte) {
    put(RUNPHI_MEMORY_CONSOLE, (uint8_t)byte);
}

int console_get(void) {
    return get(RUNPHI_MEMORY_CONSOLE);
}

void agent_put(uint8_t byte) {
    put(RUNPHI_MEMORY_AGENT, byte);
}

/* Who asks for this, listens: it can be watched. */
int agent_get(void) {
    beat();
    return get(RUNPHI_MEMORY_AGENT);
}

void machine_end(uint8_t status) {
    if (has_channel) runphi_memory_end_guest(&channel, status);
    leave(status, RUNPHI_SLOT_RETURN_EXIT);
}

void machine_power_off(void) {
    machine_end(0);
}

void machine_crash(void) {
    __asm__ volatile("udf #0");
    __builtin_unreachable();
}

/* Called by start.S. */
void machine_exception(void);
void machine_exception(void) {
    print("unhandled exception\n");
    leave(0, RUNPHI_SLOT_RETURN_CRASH);
}
