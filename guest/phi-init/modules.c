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

/* What is done with each module, after those that it depends on. */
struct walk {
    const struct phi_early* early;
    bool (*visit)(struct walk* walk, const char* name, int fd);
    struct phi_held_modules* held;
    struct phi_failure* failure;
    char seen[1024]; /* names, each with a comma before and behind it */
};

static bool walk_list(struct walk* walk, const char* names, int depth);

/* A module names what it needs in its .modinfo: a string "depends=a,b". */
static const char* depends_of(const char* image, size_t length) {
    static const char key[] = "\0depends=";
    const char* found = memmem(image, length, key, sizeof key - 1);
    return found == NULL ? "" : found + sizeof key - 1;
}

/* Many modules need the same one. */
static bool first_time(struct walk* walk, const char* name) {
    char marked[160];
    (void)snprintf(marked, sizeof marked, ",%.150s,", name);
    if (strstr(walk->seen, marked) != NULL) return false;
    const size_t used = strlen(walk->seen);
    (void)snprintf(walk->seen + used, sizeof walk->seen - used, "%s", marked);
    return true;
}

static bool walk_one(struct walk* walk, const char* name, int depth) {
    char path[256];
    if (!first_time(walk, name)) return true;
    if (strchr(name, '/') != NULL ||
        snprintf(path, sizeof path, "modules/%s.ko", name) >= (int)sizeof path)
        return phi_fail(walk->failure, PHI_STATUS_SETUP, "\"%.128s\" names no module", name);
    size_t length;
    char* image = phi_read_file(walk->early->runphi, path, largest, &length);
    if (image == NULL && errno == ENOENT) return true;
    if (image == NULL)
        return phi_fail_errno(walk->failure, PHI_STATUS_SETUP, errno, "read module %s", name);
    bool ok = walk_list(walk, depends_of(image, length), depth + 1);
    free(image);
    if (!ok) return false;
    const int fd = openat(walk->early->runphi, path, O_RDONLY | O_CLOEXEC);
    return walk->visit(walk, name, fd);
}

static bool walk_list(struct walk* walk, const char* names, int depth) {
    if (depth > deepest)
        return phi_fail(walk->failure, PHI_STATUS_SETUP,
                        "modules depend on each other in a circle");
    while (*names != '\0') {
        const size_t length = strcspn(names, ",");
        char name[128];
        if (length >= sizeof name)
            return phi_fail(walk->failure, PHI_STATUS_SETUP, "the name of a module is too long");
        memcpy(name, names, length);
        name[length] = '\0';
        if (length > 0 && !walk_one(walk, name, depth)) return false;
        names += length + (names[length] == ',');
    }
    return true;
}

static bool load(struct walk* walk, const char* name, int fd) {
    const bool ok = syscall(SYS_finit_module, fd, "", 0) == 0 || errno == EEXIST;
    const int error = errno;
    close(fd);
    return ok || phi_fail_errno(walk->failure, PHI_STATUS_SETUP, error, "load module %s", name);
}

static bool hold(struct walk* walk, const char* name, int fd) {
    (void)name;
    if (walk->held->count == phi_held_most) {
        close(fd);
        return false;
    }
    walk->held->fds[walk->held->count++] = fd;
    return true;
}

bool phi_modules_load(const struct phi_early* early, const char* names,
                      struct phi_failure* failure) {
    struct walk walk = {early, load, NULL, failure, ""};
    return walk_list(&walk, names, 0);
}

void phi_modules_hold(const struct phi_early* early, const char* names,
                      struct phi_held_modules* held) {
    struct phi_failure ignored = {0};
    struct walk walk = {early, hold, held, &ignored, ""};
    *held = (struct phi_held_modules){.named = names[0] != '\0'};
    (void)walk_list(&walk, names, 0);
}

void phi_modules_load_held(struct phi_held_modules* held) {
    for (unsigned i = 0; i < held->count; ++i) {
        (void)syscall(SYS_finit_module, held->fds[i], "", 0);
        close(held->fds[i]);
    }
    held->count = 0;
}
