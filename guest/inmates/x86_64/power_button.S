/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A boot sector for tests of stopping: prints "ready", waits until ACPI's power button is pressed, says so
 * and powers a q35 off. Real mode, at 0x7c00. The registers are those of the ACPI specification, "Fixed
 * Hardware"; QEMU's firmware has put them there.
 */
#define PM1A_STATUS 0x600
#define PM1A_ENABLE 0x602
#define POWER_BUTTON 0x0100 /* bit 8 of status and enable */

    .code16
    .text
    .globl _start
_start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %ss
    movw $_start, %sp
    movw $PM1A_ENABLE, %dx
    movw $POWER_BUTTON, %ax
    outw %ax, %dx
    movw $ready, %si
    call print
    movw $PM1A_STATUS, %dx
1:  inw %dx, %ax
    testw $POWER_BUTTON, %ax
    jz 1b
    movw $pressed, %si
    call print
    jmp power_off

#include "real_mode.inc"

ready:
    .asciz "ready\n"
pressed:
    .asciz "asked to stop\n"

    .org 510
    .word 0xaa55

    .section .note.GNU-stack, "", @progbits
