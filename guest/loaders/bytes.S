/* SPDX-License-Identifier: Apache-2.0 */
/* The loaders as they were built for the guests' architectures, in a program of any. */
    .section .rodata
    .globl runphi_loader_linux_aarch64, runphi_loader_linux_aarch64_end
    .hidden runphi_loader_linux_aarch64, runphi_loader_linux_aarch64_end
runphi_loader_linux_aarch64:
    .incbin LINUX_AARCH64
runphi_loader_linux_aarch64_end:
    .section .note.GNU-stack, "", %progbits
