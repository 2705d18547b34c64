/* SPDX-License-Identifier: Apache-2.0 */
/* Where the first CPU of a cell begins, if the cell is to run Linux: a cell can be given an address to begin at, but
   nothing in its registers, and the kernel wants its device tree in x0. This runs wherever it is put, and needs no
   stack. What it leaves to the kernel is what Linux' Documentation/arch/arm64/booting.rst asks for: MMU and data
   cache off, no stale instruction, no interrupt, x1 to x3 zero. The other CPUs come by PSCI, straight into the
   kernel. */
#include "linux.h"

    .globl _start
_start:
    msr     daifset, #0xf
    mrs     x4, sctlr_el1
    mov     x5, #0x5                    // M, the MMU, and C, the data cache
    bic     x4, x4, x5
    msr     sctlr_el1, x4
    ic      iallu
    dsb     nsh
    isb
    adr     x5, parameters
    ldp     x4, x0, [x5]
    mov     x1, xzr
    mov     x2, xzr
    mov     x3, xzr
    br      x4

    .org    RUNPHI_LINUX_LOADER_PARAMETERS
parameters:
    .quad   0                           // the kernel's first instruction
    .quad   0                           // the device tree
