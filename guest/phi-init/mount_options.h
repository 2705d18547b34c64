/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_MOUNT_OPTIONS_H
#define RUNPHI_GUEST_MOUNT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct phi_mount_flags {
    unsigned long flags; /* MS_* of mount(2), without propagation */
    unsigned long
        propagation; /* MS_SHARED, MS_PRIVATE, MS_SLAVE, MS_UNBINDABLE, with MS_REC; 0: none */
    bool copy_up;    /* tmpcopyup: what is below stays visible */
};

/* Splits "ro,nosuid,size=64k" into flags and the file system's own options, which are written to
 * `data` with commas between. False if `data` is too small. */
bool phi_mount_options(const char* options, struct phi_mount_flags* out, char* data, size_t size);

#ifdef __cplusplus
}
#endif

#endif
