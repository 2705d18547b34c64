/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_LOADERS_H
#define RUNPHI_GUEST_LOADERS_H

/* The bytes of aarch64/linux.S; aarch64/linux.h says how they are used. */
extern const char runphi_loader_linux_aarch64[], runphi_loader_linux_aarch64_end[];

#endif
