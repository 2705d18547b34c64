/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A boot sector for tests of disks: counts in itself how often it was booted, writes itself back, prints
 * "boot N" on the first serial port, and powers a q35 off. Real mode, at 0x7c00, the disk's number in dl
 * (the IBM PC's convention).
 */
    .code16
    .text
    .globl _start
_start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $_start, %sp
    sti
    incb count
    movw $0x0301, %ax /* write one sector */
    movw $0x0001, %cx /* cylinder 0, sector 1 */
    movb $0, %dh
    movw $_start, %bx
    int $0x13
    movw $read_only, %si
    jc 1f
    movw $booted, %si
1:  call print
    movb count, %al
    call put_count
    jmp power_off

#include "real_mode.inc"

booted:
    .asciz "boot "
read_only:
    .asciz "cannot be written, boot "
count:
    .byte 0

    .org 510
    .word 0xaa55

    .section .note.GNU-stack, "", @progbits
