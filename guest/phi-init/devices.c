/* SPDX-License-Identifier: Apache-2.0 */
#include "devices.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "path.h"

bool phi_devices_create(struct phi_failure* failure) {
    static const struct {
        const char* path;
        unsigned major, minor;
    } nodes[] = {
        {"/dev/null", 1, 3},   {"/dev/zero", 1, 5},    {"/dev/full", 1, 7},
        {"/dev/random", 1, 8}, {"/dev/urandom", 1, 9}, {"/dev/tty", 5, 0},
    };
    static const struct {
        const char *path, *target;
    } links[] = {
        {"/dev/fd", "/proc/self/fd"},       {"/dev/stdin", "/proc/self/fd/0"},
        {"/dev/stdout", "/proc/self/fd/1"}, {"/dev/stderr", "/proc/self/fd/2"},
        {"/dev/ptmx", "pts/ptmx"},
    };
    if (!phi_make_directories("/dev", 0755))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "mkdir /dev");
    const mode_t before = umask(0);
    bool ok = true;
    for (unsigned i = 0; ok && i < sizeof nodes / sizeof *nodes; ++i)
        if (mknod(nodes[i].path, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)) != 0 &&
            errno != EEXIST)
            ok = phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "mknod %s", nodes[i].path);
    for (unsigned i = 0; ok && i < sizeof links / sizeof *links; ++i)
        if (symlink(links[i].target, links[i].path) != 0 && errno != EEXIST)
            ok = phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "symlink %s", links[i].path);
    (void)umask(before);
    return ok;
}
