/* SPDX-License-Identifier: Apache-2.0 */
#include "modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "path.h"

enum { deepest = 16, largest = 64 << 20 };

static bool load_list(const struct phi_early* early, const char* names, int depth,
                      struct phi_failure* failure);

/* A module names what it needs in its .modinfo: a string "depends=a,b". */
static const char* depends_of(const char* image, size_t length) {
    static const char key[] = "\0depends=";
    const char* found = memmem(image, length, key, sizeof key - 1);
    return found == NULL ? "" : found + sizeof key - 1;
}

static bool load_one(const struct phi_early* early, const char* name, int depth,
                     struct phi_failure* failure) {
    char path[256];
    if (strchr(name, '/') != NULL ||
        snprintf(path, sizeof path, "modules/%s.ko", name) >= (int)sizeof path)
        return phi_fail(failure, PHI_STATUS_SETUP, "\"%.128s\" names no module", name);
    size_t length;
    char* image = phi_read_file(early->runphi, path, largest, &length);
    if (image == NULL && errno == ENOENT) return true;
    if (image == NULL)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "read module %s", name);
    bool ok = load_list(early, depends_of(image, length), depth + 1, failure);
    if (ok && syscall(SYS_init_module, image, length, "") != 0 && errno != EEXIST)
        ok = phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "load module %s", name);
    free(image);
    return ok;
}

static bool load_list(const struct phi_early* early, const char* names, int depth,
                      struct phi_failure* failure) {
    if (depth > deepest)
        return phi_fail(failure, PHI_STATUS_SETUP, "modules depend on each other in a circle");
    while (*names != '\0') {
        const size_t length = strcspn(names, ",");
        char name[128];
        if (length >= sizeof name)
            return phi_fail(failure, PHI_STATUS_SETUP, "the name of a module is too long");
        memcpy(name, names, length);
        name[length] = '\0';
        if (length > 0 && !load_one(early, name, depth, failure)) return false;
        names += length + (names[length] == ',');
    }
    return true;
}

bool phi_modules_load(const struct phi_early* early, const char* names,
                      struct phi_failure* failure) {
    return load_list(early, names, 0, failure);
}
