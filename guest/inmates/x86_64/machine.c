/* SPDX-License-Identifier: Apache-2.0 */
/* A PC without a BIOS: QEMU's microvm, and where ports tell, pc and q35. */
#include "../inmate.h"
#include "../uart16550.h"

const char machine_name[] = "x86_64";

enum {
    console_port = 0x3f8, /* COM1 */
    agent_port = 0x2f8,   /* COM2 */
    pm1a_control = 0x604, /* of pc and q35 in QEMU */
    reset_control = 0xcf9,
    keyboard_control = 0x64,
};

/* ACPI's sleep and reset registers in QEMU's generic event device
 * (include/hw/acpi/generic_event_device.h, include/hw/i386/microvm.h: GED_MMIO_BASE_REGS). */
static volatile uint8_t* const ged_registers = (volatile uint8_t*)0xfea00200;
enum { ged_sleep_control = 0, ged_reset = 2 };
enum { ged_sleep_s5 = 5 << 2 | 0x20, ged_reset_value = 0x42 };

static void out8(uint16_t port, uint8_t value) {
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void out16(uint16_t port, uint16_t value) {
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t in8(uint16_t port) {
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/* The FIFO stays as it is: to switch it on would drop what the host has sent already. */
static void uart_init(uint16_t port) {
    out8(port + UART_INTERRUPTS, 0);
    out8(port + UART_LINE, UART_LINE_8N1);
    out8(port + UART_MODEM, UART_MODEM_READY);
}

static bool uart_absent(uint16_t port) {
    return in8(port + UART_STATUS) == UART_STATUS_ABSENT;
}

static void uart_wait(uint16_t port, uint8_t status) {
    while ((in8(port + UART_STATUS) & status) == 0) __asm__ volatile("pause");
}

static void uart_put(uint16_t port, uint8_t byte) {
    uart_wait(port, UART_STATUS_ROOM);
    out8(port + UART_DATA, byte);
}

static int uart_get(uint16_t port) {
    if (uart_absent(port) || (in8(port + UART_STATUS) & UART_STATUS_INPUT) == 0) return -1;
    return in8(port + UART_DATA);
}

/* The start of day structure of the PVH boot ABI: xen/include/public/arch-x86/hvm/start_info.h. */
struct start_info {
    uint32_t magic, version, flags, modules;
    uint64_t module_list, command_line, acpi;
};
struct start_module {
    uint64_t address, size, command_line, reserved;
};
enum { start_info_magic = 0x336ec578 };
extern uint32_t boot_info; /* start.S */

const char* boot_module(uint64_t* size) {
    const struct start_info* info = (const struct start_info*)(uintptr_t)boot_info;
    if (info == NULL || info->magic != start_info_magic || info->modules == 0) return NULL;
    const struct start_module* first = (const struct start_module*)(uintptr_t)info->module_list;
    *size = first->size;
    return (const char*)(uintptr_t)first->address;
}

void machine_init(void) {
    uart_init(console_port);
    uart_init(agent_port);
}

void console_put(char byte) {
    uart_put(console_port, (uint8_t)byte);
}

int console_get(void) {
    return uart_get(console_port);
}

void agent_put(uint8_t byte) {
    uart_put(agent_port, byte);
}

int agent_get(void) {
    return uart_get(agent_port);
}

/* What is still in a serial port when the machine goes is lost. */
static void drain(void) {
    uart_wait(console_port, UART_STATUS_IDLE);
    uart_wait(agent_port, UART_STATUS_IDLE);
}

static void halt(void) __attribute__((noreturn));
static void halt(void) {
    for (;;) __asm__ volatile("cli; hlt");
}

void machine_power_off(void) {
    drain();
    ged_registers[ged_sleep_control] = ged_sleep_s5;
    out16(pm1a_control, 0x2000);
    halt();
}

void machine_end(uint8_t status) {
    (void)status;
    machine_power_off();
}

void machine_reset(void) {
    drain();
    ged_registers[ged_reset] = ged_reset_value;
    out8(reset_control, 0x06);
    out8(keyboard_control, 0xfe);
    halt();
}

void machine_crash(void) {
    /* No interrupt table: the exception, the double fault and then the triple fault. */
    static const struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) none = {0, 0};
    drain();
    __asm__ volatile("lidt %0; ud2" : : "m"(none));
    halt();
}
