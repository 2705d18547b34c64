/* SPDX-License-Identifier: Apache-2.0 */
#include "rootfs.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_keys.h"
#include "devices.h"
#include "mount_options.h"
#include "path.h"
#include "remount.h"
#include "share.h"

/* Makes a path a mount of its own with the same content. */
static bool bind_self(const char* path, unsigned long flags) {
    return mount(path, path, NULL, MS_BIND | MS_REC, NULL) == 0 &&
           (flags == 0 || phi_remount(path, flags));
}

static bool is_dev(const char* dest) {
    return strcmp(dest, "/dev") == 0;
}

static bool mount_one(const struct phi_mount* what, struct phi_failure* failure) {
    struct phi_mount_flags options;
    if (phi_share_has(what)) return phi_share_bind(what, failure);
    char data[4096];
    if (!phi_mount_options(what->options, &options, data, sizeof data))
        return phi_fail(failure, PHI_STATUS_SETUP, "mount %s: the options are too long",
                        what->dest);
    if (!phi_make_directories(what->dest, 0755))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "mkdir %s", what->dest);
    const char* type = what->type;
    if (strcmp(type, "cgroup") == 0) {
        /* What a container calls so is one hierarchy today, and its options are those of version 1.
         */
        type = "cgroup2";
        data[0] = '\0';
    }
    bool ok;
    if (options.copy_up)
        /* The root is memory already: the directory itself, as a mount that can be written. */
        ok = bind_self(what->dest, options.flags);
    else
        /* /dev gets its nodes before it becomes read-only. */
        ok = mount(what->source, what->dest, type,
                   is_dev(what->dest) ? options.flags & ~(unsigned long)MS_RDONLY : options.flags,
                   data) == 0;
    if (ok && options.propagation != 0)
        ok = mount(NULL, what->dest, NULL, options.propagation, NULL) == 0;
    if (!ok)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "mount %s on %s", type, what->dest);
    return true;
}

/* The device nodes, on whatever /dev is now; read-only afterwards if its mount asked for that. */
static bool finish_dev(const struct phi_config* config, struct phi_failure* failure) {
    if (!phi_devices_create(failure)) return false;
    for (size_t i = 0; i < config->n_mounts; ++i) {
        struct phi_mount_flags options;
        char data[4096];
        if (!is_dev(config->mounts[i].dest) ||
            !phi_mount_options(config->mounts[i].options, &options, data, sizeof data))
            continue;
        if ((options.flags & MS_RDONLY) != 0 && !phi_remount("/dev", MS_RDONLY))
            return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "remount /dev read-only");
    }
    return true;
}

static bool bind_paths(const struct phi_list* paths, unsigned long flags, bool must_exist,
                       struct phi_failure* failure) {
    for (size_t i = 0; i < paths->count; ++i) {
        if (bind_self(paths->items[i], flags)) continue;
        if (!must_exist && (errno == ENOENT || errno == ENOTDIR)) continue;
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "bind %s", paths->items[i]);
    }
    return true;
}

/* Hides a file behind the null device and a directory behind an empty one. */
static bool mask(const char* path, struct phi_failure* failure) {
    if (mount(PHI_CONFIG_DIR "/dev/null", path, NULL, MS_BIND, NULL) == 0) return true;
    if (errno == ENOENT) return true;
    if (errno == ENOTDIR) {
        struct stat status;
        if (stat(path, &status) != 0) return true;
        if (mount("tmpfs", path, "tmpfs", MS_RDONLY, "size=0") == 0) return true;
    }
    return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "mask %s", path);
}

bool phi_rootfs_setup(const struct phi_config* config, struct phi_failure* failure) {
    if (!phi_share_open(config, failure)) return false;
    for (size_t i = 0; i < config->n_mounts; ++i)
        if (!mount_one(&config->mounts[i], failure)) return false;
    phi_share_close(config);
    if (!finish_dev(config, failure) || !bind_paths(&config->bind_rw, 0, true, failure) ||
        !bind_paths(&config->bind_ro, MS_RDONLY, true, failure))
        return false;
    if (!phi_make_directories(config->cwd, 0755))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "mkdir %s", config->cwd);
    if (!bind_paths(&config->readonly_paths, MS_RDONLY, false, failure)) return false;
    for (size_t i = 0; i < config->masked.count; ++i)
        if (!mask(config->masked.items[i], failure)) return false;
    return true;
}

bool phi_rootfs_seal(const struct phi_config* config, struct phi_failure* failure) {
    if (config->readonly_root && !phi_remount("/", MS_RDONLY))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "remount / read-only");
    return true;
}
