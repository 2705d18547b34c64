/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_LOADERS_AARCH64_LINUX_H
#define RUNPHI_GUEST_LOADERS_AARCH64_LINUX_H

/* Where in the loader its parameters are, in bytes. Whoever loads it writes there two 64-bit
   little-endian numbers: the addresses of the kernel's first instruction and of the device tree.
   The loader ends behind them. */
#define RUNPHI_LINUX_LOADER_PARAMETERS 64

#endif
