/* SPDX-License-Identifier: Apache-2.0 */
#include "remount.h"

#include <stddef.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

/* The restrictions of the mount that holds a path: a remount must name them all, or it lifts them.
 */
static unsigned long restrictions(const char* path) {
    static const struct {
        unsigned long seen, flag;
    } known[] = {
        {ST_RDONLY, MS_RDONLY},     {ST_NOSUID, MS_NOSUID},   {ST_NODEV, MS_NODEV},
        {ST_NOEXEC, MS_NOEXEC},     {ST_NOATIME, MS_NOATIME}, {ST_NODIRATIME, MS_NODIRATIME},
        {ST_RELATIME, MS_RELATIME},
    };
    struct statvfs status;
    if (statvfs(path, &status) != 0) return 0;
    unsigned long flags = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; ++i)
        if ((status.f_flag & known[i].seen) != 0) flags |= known[i].flag;
    return flags;
}

bool phi_remount(const char* path, unsigned long flags) {
    return mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | restrictions(path) | flags, NULL) == 0;
}
