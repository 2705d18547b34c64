/* SPDX-License-Identifier: Apache-2.0 */
/* The way out of a machine that nobody can power off: back to what has entered its kernel. */
#ifndef RUNPHI_GUEST_COME_BACK_H
#define RUNPHI_GUEST_COME_BACK_H

#include <stdint.h>

#include "early.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the text of the kernel command line says; 0: no address of an instruction. */
uint64_t phi_return_address(const char* text);
/* The first piece of memory that the kernel uses itself, by /proc/iomem; 0: none. */
uint64_t phi_first_memory(const char* iomem);

/* Leaves the kernel as it would for another one (kexec): its other CPUs off, MMU and caches off,
 * x0 to x3 zero, and goes on at `address`, which is the slot's stub (guest/slot/slot_window.h).
 * Returns if the kernel cannot do that (CONFIG_KEXEC). */
void phi_come_back(const struct phi_early* early, const char* address);

#ifdef __cplusplus
}
#endif

#endif
