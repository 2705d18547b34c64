/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_CONFIG_H
#define RUNPHI_GUEST_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Strings that borrow the text of the configuration; items[count] is NULL. */
struct phi_list {
    char** items;
    size_t count;
};

struct phi_mount {
    char* type;
    char* source;
    char* dest;
    char* options;
};

struct phi_rlimit {
    int resource;
    uint64_t soft, hard;
};

struct phi_caps {
    uint64_t bounding, effective, inheritable, permitted, ambient;
};

enum phi_copy { phi_copy_none, phi_copy_in, phi_copy_out };

struct phi_config {
    struct phi_list args, env;
    char* cwd;
    uint32_t uid, gid;
    uint32_t* groups;
    size_t n_groups;
    uint32_t umask;
    bool no_new_privs;
    bool has_oom;
    int oom;
    struct phi_rlimit* rlimits;
    size_t n_rlimits;
    bool has_caps;
    struct phi_caps caps;

    bool terminal;
    uint16_t rows, cols;

    enum phi_copy copy;
    char* copy_name; /* NULL: none was given */
    uint32_t copy_mode;
    uint64_t copy_size;

    char *hostname, *domainname; /* NULL: unchanged */
    struct phi_list sysctls;     /* NAME=VALUE, not empty on either side of the sign */

    struct phi_mount* mounts;
    size_t n_mounts;
    bool readonly_root;
    struct phi_list bind_ro, bind_rw, masked, readonly_paths;
};

/* Reads the records of /.runphi/config. The result borrows `text`, which is changed in place and
 * must outlive it. phi_config_free is to be called in either case. */
bool phi_config_parse(char* text, size_t length, struct phi_config* out,
                      struct phi_failure* failure);
void phi_config_free(struct phi_config* config);

#ifdef __cplusplus
}
#endif

#endif
