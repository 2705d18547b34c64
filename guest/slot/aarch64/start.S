/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stub's ways in: after the VM's boot at the first byte, after a guest at slot_return, and by an
 * exception. The image runs at any page's boundary. Nothing of a guest's state is kept: MMU and
 * caches, vectors, and all that a next guest could read go back to what they are after a reset.
 */
#include "guest/slot/slot_parameters.h"

    .section .text.start, "ax"
    .globl _start
_start:
    msr     daifset, #0xf
    mov     x19, xzr                    // no guest has run
    b       begin
    .org    RUNPHI_SLOT_PARAMETERS
    .globl  slot_parameters
slot_parameters:
    .quad   RUNPHI_SLOT_PARAMETERS_MAGIC
    .long   RUNPHI_SLOT_PARAMETERS_VERSION
    .skip   RUNPHI_SLOT_PARAMETERS_SIZE - 12

    .text
    .globl  slot_return
    .balign 4096                        // a guest may have to map it
slot_return:
    msr     daifset, #0xf
    mov     x20, x0
    mov     x21, x1
    mov     x19, #1
    b       begin

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       fault
    .endr
fault:
    msr     daifset, #0xf
    mov     x19, #2
    mrs     x20, esr_el1
    mrs     x21, elr_el1
    mrs     x22, far_el1

begin:
    ldr     x0, =0x30d00800             // SCTLR_EL1: MMU, caches and alignment checks off, RES1 set
    msr     sctlr_el1, x0
    isb
    tlbi    vmalle1
    ic      iallu
    dsb     sy
    isb
    msr     ttbr0_el1, xzr
    msr     ttbr1_el1, xzr
    msr     tcr_el1, xzr
    msr     mair_el1, xzr
    msr     contextidr_el1, xzr
    msr     tpidr_el0, xzr
    msr     tpidrro_el0, xzr
    msr     tpidr_el1, xzr
    msr     sp_el0, xzr
    msr     spsel, #1
    msr     cntv_ctl_el0, xzr
    mov     x0, #(3 << 20)              // CPACR_EL1.FPEN: the registers are a guest's, too
    msr     cpacr_el1, x0
    isb
    .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    movi    v\n\().2d, #0
    .endr
    msr     fpsr, xzr
    msr     fpcr, xzr
    msr     cpacr_el1, xzr
    adrp    x0, vectors
    add     x0, x0, :lo12:vectors
    msr     vbar_el1, x0
    isb
    adrp    x0, stack_top
    add     x0, x0, :lo12:stack_top
    mov     sp, x0
    mov     x0, x19
    mov     x1, x20
    mov     x2, x21
    mov     x3, x22
    bl      slot_main                   // does not return

/* void slot_enter(uint64_t entry, uint64_t argument): as slot_window.h says. */
    .globl  slot_enter
slot_enter:
    mov     x16, x0
    mov     x0, x1
    .irp    n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,17,18,19,20,21,22,23,24,25,26,27,28,29
    mov     x\n, xzr
    .endr
    adrp    x30, slot_return
    add     x30, x30, :lo12:slot_return
    ic      iallu
    dsb     sy
    isb
    mov     sp, x29
    br      x16

    .section .bss
    .balign 16
    .skip   4096
stack_top:
    .section .note.GNU-stack, "", %progbits
