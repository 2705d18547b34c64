/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_REMOUNT_H
#define RUNPHI_GUEST_REMOUNT_H

#include <stdbool.h>

/* Adds restrictions (MS_RDONLY, MS_NOSUID ...) to the mount at a path, and lifts none. Only of this
 * one mount, never of the file system: other mounts of it stay as they are. False with errno set.
 */
bool phi_remount(const char* path, unsigned long flags);

#endif
