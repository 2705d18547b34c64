/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kernel for tests of disks: counts in the first byte of the first disk how often it was booted, prints
 * "kernel, boot N" on the first serial port, and powers a q35 off. Multiboot (specification 0.6.96), at
 * 0x7c00, below what the loader hands over; it goes back to real mode and has the firmware drive the disk.
 */
#define MULTIBOOT_MAGIC 0x1badb002
#define BUFFER 0x6000 /* a sector */
#define FIRST_DISK 0x80
#define READ 0x0201 /* one sector */
#define WRITE 0x0301

    .text
    .globl _start
    .code32
    .balign 4
    .long MULTIBOOT_MAGIC, 0, -MULTIBOOT_MAGIC

_start:
    cli
    lgdt descriptors_pointer
    ljmpl $8, $narrow
    .code16
narrow: /* segments of real mode, then real mode itself */
    movw $16, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movl %cr0, %eax
    andb $~1, %al
    movl %eax, %cr0
    ljmpw $0, $real
real:
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $BUFFER, %sp
    lidtl vectors_pointer
    sti
    movw $READ, %ax
    call disk
    incb BUFFER
    movw $WRITE, %ax
    call disk
    movw $booted, %si
    call print
    movb BUFFER, %al
    call put_count
    jmp power_off

/* The command in ax for the first sector. */
disk:
    movw $0x0001, %cx /* cylinder 0, sector 1 */
    movw $FIRST_DISK, %dx
    movw $BUFFER, %bx
    int $0x13
    jc no_disk
    ret

no_disk:
    movw $failed, %si
    call print
    jmp power_off

#include "real_mode.inc"

    .balign 8
descriptors: /* code and data of 16 bits, from 0, 64 KiB */
    .quad 0, 0x00009a000000ffff, 0x000092000000ffff
descriptors_pointer:
    .word . - descriptors - 1
    .long descriptors
vectors_pointer:
    .word 0x3ff
    .long 0
booted:
    .asciz "kernel, boot "
failed:
    .asciz "the first disk cannot be read or written\n"

    .section .note.GNU-stack, "", @progbits
