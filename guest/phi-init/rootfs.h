/* SPDX-License-Identifier: Apache-2.0 */
/* The file systems that the container sees. */
#ifndef RUNPHI_GUEST_ROOTFS_H
#define RUNPHI_GUEST_ROOTFS_H

#include "config.h"

/* Mounts, device nodes, masked and read-only paths, and the working directory. */
bool phi_rootfs_setup(const struct phi_config* config, struct phi_failure* failure);

/* Makes the root read-only if the configuration says so. The last change to the file systems. */
bool phi_rootfs_seal(const struct phi_config* config, struct phi_failure* failure);

#endif
