/* SPDX-License-Identifier: Apache-2.0 */
/* QEMU's virt machine has one PL011, so a second serial port is a PCI device: -device pci-serial.
 */
#include "pci_serial.h"

#include <stdbool.h>

#include "../uart16550.h"

/* From start.S. */
bool probe_read(uint64_t address, uint32_t* value);

enum { devices = 32, device_shift = 15 };
enum { config_id = 0x00, config_command = 0x04, config_class = 0x08, config_bar0 = 0x10 };
enum { command_io = 1, bar_is_io = 1, class_serial_16550 = 0x070002 };

/* Where the host bridge shows the I/O ports, and a free one. */
#define PIO_WINDOW UINT64_C(0x3eff0000)
#define SERIAL_PORT UINT32_C(0x1000)

static volatile uint32_t* config(uint64_t ecam, unsigned device, unsigned offset) {
    return (volatile uint32_t*)(uintptr_t)(ecam + ((uint64_t)device << device_shift) + offset);
}

static volatile uint8_t* find_at(uint64_t ecam) {
    uint32_t id;
    if (!probe_read(ecam, &id)) return 0;
    for (unsigned device = 0; device < devices; ++device) {
        if (*config(ecam, device, config_id) == UINT32_MAX ||
            *config(ecam, device, config_class) >> 8 != class_serial_16550 ||
            (*config(ecam, device, config_bar0) & bar_is_io) == 0)
            continue;
        *config(ecam, device, config_bar0) = SERIAL_PORT;
        *config(ecam, device, config_command) |= command_io;
        volatile uint8_t* uart = (volatile uint8_t*)(uintptr_t)(PIO_WINDOW + SERIAL_PORT);
        /* The FIFO stays as it is: to switch it on would drop what the host has sent already. */
        uart[UART_INTERRUPTS] = 0;
        uart[UART_LINE] = UART_LINE_8N1;
        uart[UART_MODEM] = UART_MODEM_READY;
        return uart;
    }
    return 0;
}

volatile uint8_t* pci_serial_find(void) {
    /* The configuration space is above 256 GiB, or below 1 GiB with highmem-ecam=off. */
    static const uint64_t ecams[] = {UINT64_C(0x4010000000), UINT64_C(0x3f000000)};
    for (unsigned i = 0; i < sizeof ecams / sizeof *ecams; ++i) {
        volatile uint8_t* uart = find_at(ecams[i]);
        if (uart != 0) return uart;
    }
    return 0;
}
