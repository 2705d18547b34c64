/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of a 16550, as offsets in bytes. */
#ifndef RUNPHI_INMATE_UART16550_H
#define RUNPHI_INMATE_UART16550_H

#define UART_DATA 0
#define UART_INTERRUPTS 1
#define UART_LINE 3
#define UART_MODEM 4
#define UART_STATUS 5

#define UART_LINE_8N1 0x03
#define UART_MODEM_READY 0x03 /* DTR and RTS */
#define UART_STATUS_INPUT 0x01
#define UART_STATUS_ROOM 0x20
#define UART_STATUS_IDLE 0x40
/* All bits set: there is no such port. */
#define UART_STATUS_ABSENT 0xff

#endif
