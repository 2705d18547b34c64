/* SPDX-License-Identifier: Apache-2.0 */
#include "share.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_keys.h"
#include "mount_options.h"
#include "path.h"
#include "remount.h"

bool phi_share_has(const struct phi_mount* mount) {
    return strcmp(mount->type, PHI_MOUNT_SHARE) == 0;
}

static bool is_used(const struct phi_config* config) {
    for (size_t i = 0; i < config->n_mounts; ++i)
        if (phi_share_has(&config->mounts[i])) return true;
    return false;
}

bool phi_share_open(const struct phi_config* config, struct phi_failure* failure) {
    if (!is_used(config)) return true;
    if (mkdir(PHI_CONFIG_SHARE, 0700) != 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "mkdir %s", PHI_CONFIG_SHARE);
    if (mount(PHI_SHARE_TAG, PHI_CONFIG_SHARE, "virtiofs", 0, NULL) == 0) return true;
    return phi_fail_errno(failure, PHI_STATUS_SETUP, errno,
                          "mount the files that are shared with the host%s",
                          errno == ENODEV ? " (has the guest kernel virtiofs?)" : "");
}

static bool make_file(const char* path) {
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) return false;
    close(fd);
    return true;
}

/* The folder that holds a path is made, too. */
static bool make_mount_point(const char* path, bool directory) {
    char above[PATH_MAX];
    struct stat status;
    if (stat(path, &status) == 0) return true;
    if (directory) return phi_make_directories(path, 0755);
    const size_t length = (size_t)(strrchr(path, '/') - path);
    if (length >= sizeof above) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(above, path, length);
    above[length] = '\0';
    return (length == 0 || phi_make_directories(above, 0755)) && make_file(path);
}

/* Kernels before 6.7 tell the host to forget an entry when only its bind mount is still in use, and
 * the host then knows it no more. A descriptor keeps it, for as long as the machine runs; one that
 * does not follow the entry into the file system of its own that the guest makes of it. */
static bool keep(const char* entry) {
    return open(entry, O_PATH | O_NOFOLLOW | O_CLOEXEC) >= 0;
}

bool phi_share_bind(const struct phi_mount* what, struct phi_failure* failure) {
    char entry[PATH_MAX], data[256];
    struct phi_mount_flags options;
    struct stat status;
    if (snprintf(entry, sizeof entry, "%s/%s", PHI_CONFIG_SHARE, what->source) >=
            (int)sizeof entry ||
        strchr(what->source, '/') != NULL ||
        !phi_mount_options(what->options, &options, data, sizeof data))
        return phi_fail(failure, PHI_STATUS_SETUP, "mount on %s: no entry of the share: %.64s",
                        what->dest, what->source);
    if (stat(entry, &status) != 0 || !keep(entry))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno,
                              "mount on %s: entry %s of the share", what->dest, what->source);
    if (!make_mount_point(what->dest, S_ISDIR(status.st_mode)))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "make the mount point %s",
                              what->dest);
    if (mount(entry, what->dest, NULL, MS_BIND | MS_REC, NULL) != 0 ||
        (options.flags != 0 && !phi_remount(what->dest, options.flags)))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "mount a share on %s", what->dest);
    return true;
}

void phi_share_close(const struct phi_config* config) {
    if (!is_used(config)) return;
    (void)umount2(PHI_CONFIG_SHARE, MNT_DETACH);
    (void)rmdir(PHI_CONFIG_SHARE);
}
