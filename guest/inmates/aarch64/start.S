/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry at the first byte, which is also the header of an arm64 Linux Image (the kernel's
 * Documentation/arm64/booting.rst): loaders that know no flat binary take it, and the architecture can be
 * read from the file. MMU and caches off. Code and data are found relative to the program counter.
 */
    .section .text.start, "ax"
    .globl _start
_start:
    b 1f
    .long 0
    .quad 0x80000           /* text_offset: from the beginning of the memory */
    .quad image_size
    .quad 0xa               /* little endian, 4 KiB pages, anywhere in memory */
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .long 0
1:  msr daifset, #0xf
    mov x19, x0
    mov x20, x30
    adrp x0, stack_top
    add x0, x0, :lo12:stack_top
    mov sp, x0
    adrp x0, bss_begin
    add x0, x0, :lo12:bss_begin
    adrp x1, bss_end
    add x1, x1, :lo12:bss_end
2:  cmp x0, x1
    b.hs 3f
    strb wzr, [x0], #1
    b 2b
3:  adrp x0, boot_registers
    add x0, x0, :lo12:boot_registers
    stp x19, x20, [x0]
    adrp x0, vectors
    add x0, x0, :lo12:vectors
    mrs x1, CurrentEL
    cmp x1, #8
    b.eq 4f
    msr vbar_el1, x0
    b 5f
4:  msr vbar_el2, x0
5:  isb
    bl inmate_start
6:  wfi
    b 6b

    .text
    .balign 2048
vectors:
    .rept 16
    .balign 128
    b exception
    .endr

/* A load that a probe has announced is skipped; anything else is a crash. */
exception:
    adrp x9, probing
    add x9, x9, :lo12:probing
    ldr w10, [x9]
    cbz w10, 9f
    str wzr, [x9]
    mrs x10, CurrentEL
    cmp x10, #8
    b.eq 8f
    mrs x10, elr_el1
    add x10, x10, #4
    msr elr_el1, x10
    eret
8:  mrs x10, elr_el2
    add x10, x10, #4
    msr elr_el2, x10
    eret
9:  adrp x0, stack_top
    add x0, x0, :lo12:stack_top
    mov sp, x0
    bl machine_exception

/* bool probe_read(uint64_t address, uint32_t *value): false if nobody answers there. */
    .globl probe_read
probe_read:
    adrp x11, probing
    add x11, x11, :lo12:probing
    mov w12, #1
    str w12, [x11]
    dsb sy
    ldr w13, [x0]
    dsb sy
    ldr w12, [x11]
    str wzr, [x11]
    str w13, [x1]
    mov w0, w12
    ret

    .section .bss
    .balign 16
probing:
    .skip 16
    .globl boot_registers   /* x0 and x30 at the entry */
boot_registers:
    .skip 16
    .skip 16384
stack_top:

    .section .note.GNU-stack, "", %progbits
