/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A boot sector for tests of stopping: prints "ready", waits until ACPI's power button is pressed, says so
 * and powers a q35 off. Real mode, at 0x7c00. The registers are those of the ACPI specification, "Fixed
 * Hardware"; QEMU's firmware has put them there.
 */
#define CONSOLE 0x3f8
#define PM1A_STATUS 0x600
#define PM1A_ENABLE 0x602
#define PM1A_CONTROL 0x604
#define POWER_BUTTON 0x0100 /* bit 8 of status and enable */
#define SLEEP_S5 0x2000     /* SLP_EN, SLP_TYP 0 */

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
    movw $PM1A_CONTROL, %dx
    movw $SLEEP_S5, %ax
    outw %ax, %dx
2:  hlt
    jmp 2b

/* The text at si, which ends in a NUL. */
print:
    lodsb
    testb %al, %al
    jz 4f
    movb %al, %ah
    movw $CONSOLE + 5, %dx
3:  inb %dx, %al
    testb $0x20, %al
    jz 3b
    movw $CONSOLE, %dx
    movb %ah, %al
    outb %al, %dx
    jmp print
4:  ret

ready:
    .asciz "ready\n"
pressed:
    .asciz "asked to stop\n"

    .org 510
    .word 0xaa55

    .section .note.GNU-stack, "", @progbits
