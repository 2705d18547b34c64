/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_options.h"

#include <string.h>
#include <sys/mount.h>

/* linux/mount.h clashes with sys/mount.h, and the C library does not know this one. */
#ifndef MS_LAZYTIME
#define MS_LAZYTIME (1UL << 25)
#endif

struct option {
    const char* name;
    unsigned long set, clear;
};

static const struct option flag_options[] = {
    {"defaults", 0, 0},
    {"ro", MS_RDONLY, 0},
    {"rw", 0, MS_RDONLY},
    {"nosuid", MS_NOSUID, 0},
    {"suid", 0, MS_NOSUID},
    {"nodev", MS_NODEV, 0},
    {"dev", 0, MS_NODEV},
    {"noexec", MS_NOEXEC, 0},
    {"exec", 0, MS_NOEXEC},
    {"sync", MS_SYNCHRONOUS, 0},
    {"async", 0, MS_SYNCHRONOUS},
    {"dirsync", MS_DIRSYNC, 0},
    {"mand", MS_MANDLOCK, 0},
    {"nomand", 0, MS_MANDLOCK},
    {"noatime", MS_NOATIME, 0},
    {"atime", 0, MS_NOATIME},
    {"nodiratime", MS_NODIRATIME, 0},
    {"diratime", 0, MS_NODIRATIME},
    {"relatime", MS_RELATIME, 0},
    {"norelatime", 0, MS_RELATIME},
    {"strictatime", MS_STRICTATIME, 0},
    {"nostrictatime", 0, MS_STRICTATIME},
    {"lazytime", MS_LAZYTIME, 0},
    {"nolazytime", 0, MS_LAZYTIME},
    {"iversion", MS_I_VERSION, 0},
    {"noiversion", 0, MS_I_VERSION},
    {"silent", MS_SILENT, 0},
    {"loud", 0, MS_SILENT},
};

static const struct option propagation_options[] = {
    {"shared", MS_SHARED, 0},         {"rshared", MS_SHARED | MS_REC, 0},
    {"private", MS_PRIVATE, 0},       {"rprivate", MS_PRIVATE | MS_REC, 0},
    {"slave", MS_SLAVE, 0},           {"rslave", MS_SLAVE | MS_REC, 0},
    {"unbindable", MS_UNBINDABLE, 0}, {"runbindable", MS_UNBINDABLE | MS_REC, 0},
};

static bool is(const char* name, const char* option, size_t length) {
    return strlen(name) == length && memcmp(name, option, length) == 0;
}

static bool take_flag(const char* option, size_t length, struct phi_mount_flags* out) {
    for (size_t i = 0; i < sizeof flag_options / sizeof *flag_options; ++i)
        if (is(flag_options[i].name, option, length)) {
            out->flags = (out->flags & ~flag_options[i].clear) | flag_options[i].set;
            return true;
        }
    for (size_t i = 0; i < sizeof propagation_options / sizeof *propagation_options; ++i)
        if (is(propagation_options[i].name, option, length)) {
            out->propagation = propagation_options[i].set;
            return true;
        }
    if (!is("tmpcopyup", option, length)) return false;
    out->copy_up = true;
    return true;
}

bool phi_mount_options(const char* options, struct phi_mount_flags* out, char* data, size_t size) {
    memset(out, 0, sizeof *out);
    size_t used = 0;
    if (size == 0) return false;
    while (*options != '\0') {
        const size_t length = strcspn(options, ",");
        if (length > 0 && !take_flag(options, length, out)) {
            if (used + length + 2 > size) return false;
            if (used > 0) data[used++] = ',';
            memcpy(data + used, options, length);
            used += length;
        }
        options += length + (options[length] == ',');
    }
    data[used] = '\0';
    return true;
}
