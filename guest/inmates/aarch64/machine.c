/* SPDX-License-Identifier: Apache-2.0 */
/* QEMU's virt machine (its address map: hw/arm/virt.c): console on the PL011, agent on a PCI 16550,
 * power by PSCI. */
#include "../inmate.h"
#include "../uart16550.h"
#include "pci_serial.h"

const char machine_name[] = "aarch64";

static volatile uint32_t* const pl011 = (volatile uint32_t*)0x09000000;
enum { pl011_data = 0x00 / 4, pl011_flags = 0x18 / 4, pl011_control = 0x30 / 4 };
enum { flag_busy = 1 << 3, flag_no_input = 1 << 4, flag_full = 1 << 5 };
enum { control_enable = 0x301 };

enum { psci_system_off = (int)0x84000008, psci_system_reset = (int)0x84000009 };

static volatile uint8_t* agent; /* NULL: no agent channel */

void machine_init(void) {
    /* The line settings, and with them the FIFO, stay as they are: to switch it would drop what the
     * host has sent already. */
    pl011[pl011_control] |= control_enable;
    agent = pci_serial_find();
}

void console_put(char byte) {
    while ((pl011[pl011_flags] & flag_full) != 0) continue;
    pl011[pl011_data] = (uint8_t)byte;
}

int console_get(void) {
    if ((pl011[pl011_flags] & flag_no_input) != 0) return -1;
    return (uint8_t)pl011[pl011_data];
}

void agent_put(uint8_t byte) {
    if (agent == 0) return;
    while ((agent[UART_STATUS] & UART_STATUS_ROOM) == 0) continue;
    agent[UART_DATA] = byte;
}

int agent_get(void) {
    if (agent == 0 || (agent[UART_STATUS] & UART_STATUS_INPUT) == 0) return -1;
    return agent[UART_DATA];
}

/* What is still in a serial port when the machine goes is lost. */
static void drain(void) {
    while ((pl011[pl011_flags] & flag_busy) != 0) continue;
    while (agent != 0 && (agent[UART_STATUS] & UART_STATUS_IDLE) == 0) continue;
}

/* The firmware is one level above: the hypervisor of a guest, or the monitor of a hypervisor. */
static void psci(int function) __attribute__((noreturn));
static void psci(int function) {
    uint64_t level;
    drain();
    __asm__ volatile("mrs %0, CurrentEL" : "=r"(level));
    register uint64_t x0 __asm__("x0") = (uint32_t)function;
    if (level == 8)
        __asm__ volatile("smc #0" : "+r"(x0) : : "memory");
    else
        __asm__ volatile("hvc #0" : "+r"(x0) : : "memory");
    for (;;) __asm__ volatile("wfi");
}

void machine_power_off(void) {
    psci(psci_system_off);
}

void machine_end(uint8_t status) {
    (void)status;
    machine_power_off();
}

void machine_reset(void) {
    psci(psci_system_reset);
}

/* Called by start.S. There is no triple fault on this architecture: an exception that nobody
 * handles ends in a reset. */
void machine_exception(void);
void machine_exception(void) {
    print("unhandled exception\n");
    machine_reset();
}

void machine_crash(void) {
    __asm__ volatile("udf #0");
    __builtin_unreachable();
}
