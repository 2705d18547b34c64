/* SPDX-License-Identifier: Apache-2.0 */
#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { chunk = 64 << 10, status_failed = 1, first_unused = 3 };

static bool failed(struct phi_failure* failure, const char* what, const char* path) {
    return phi_fail_errno(failure, status_failed, errno, "%s %.300s", what, path);
}

/* What phi-init has open for others must not be held open by us: their pipes would not end. */
static void close_the_rest(void) {
    const long highest = sysconf(_SC_OPEN_MAX);
    for (int fd = first_unused; fd < (highest > 0 ? highest : 1024); ++fd) close(fd);
}

static bool write_all(int fd, const char* bytes, size_t count) {
    while (count > 0) {
        const ssize_t put = write(fd, bytes, count);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        bytes += put;
        count -= (size_t)put;
    }
    return true;
}

/* At most `most` bytes, fewer where they end; *passed tells. False with errno set. */
static bool pass(int from, int to, uint64_t most, uint64_t* passed) {
    static char buffer[chunk];
    for (*passed = 0; *passed < most;) {
        const uint64_t left = most - *passed;
        const ssize_t got = read(from, buffer, left < chunk ? (size_t)left : chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 || !write_all(to, buffer, got > 0 ? (size_t)got : 0)) return false;
        if (got == 0) break;
        *passed += (uint64_t)got;
    }
    return true;
}

static bool copy_out(const char* path, struct phi_failure* failure) {
    struct stat status;
    uint64_t passed;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat(fd, &status) != 0) return failed(failure, "open", path);
    if (!S_ISREG(status.st_mode))
        return phi_fail(failure, status_failed, "%.300s is not a regular file", path);
    /* One that grows is copied as it was; those of the kernel tell no size. */
    const uint64_t most = status.st_size > 0 ? (uint64_t)status.st_size : UINT64_MAX;
    if (!pass(fd, STDOUT_FILENO, most, &passed)) return failed(failure, "read", path);
    (void)dprintf(STDERR_FILENO, "%o %" PRIu64 "\n", (unsigned)(status.st_mode & 0777), passed);
    return true;
}

/* Where the file is to be: in a directory under its own name, and behind a link where that leads.
 * `old` is what is there, its mode 0 if nothing is. */
static bool find_place(const struct phi_config* config, char* path, struct stat* old,
                       struct phi_failure* failure) {
    char joined[PATH_MAX];
    const char* wanted = config->args.items[0];
    const char* name = config->copy_name != NULL ? config->copy_name : "";
    *old = (struct stat){0};
    if (stat(wanted, old) == 0 && S_ISDIR(old->st_mode)) {
        *old = (struct stat){0};
        if (snprintf(joined, sizeof joined, "%s/%s", wanted, name) >= (int)sizeof joined)
            return phi_fail_errno(failure, status_failed, ENAMETOOLONG, "%.300s", wanted);
        wanted = joined;
    }
    if (stat(wanted, old) != 0) {
        if (errno != ENOENT) return failed(failure, "stat", wanted);
        return snprintf(path, PATH_MAX, "%s", wanted) < PATH_MAX ||
               phi_fail_errno(failure, status_failed, ENAMETOOLONG, "%.300s", wanted);
    }
    if (!S_ISREG(old->st_mode))
        return phi_fail(failure, status_failed, "%.300s is not a regular file", wanted);
    return realpath(wanted, path) != NULL || failed(failure, "resolve", wanted);
}

static bool fill(int fd, const struct phi_config* config, const struct stat* old, const char* path,
                 struct phi_failure* failure) {
    uint64_t passed;
    if (!pass(STDIN_FILENO, fd, config->copy_size, &passed)) return failed(failure, "write", path);
    if (passed != config->copy_size)
        return phi_fail(failure, status_failed,
                        "%.300s: the input ended after %" PRIu64 " of %" PRIu64 " bytes", path,
                        passed, config->copy_size);
    if (old->st_mode != 0 && fchown(fd, old->st_uid, old->st_gid) != 0)
        return failed(failure, "chown", path);
    return fchmod(fd, config->copy_mode) == 0 || failed(failure, "chmod", path);
}

static bool copy_in(const struct phi_config* config, struct phi_failure* failure) {
    char path[PATH_MAX];
    char part[PATH_MAX];
    struct stat old;
    if (!find_place(config, path, &old, failure)) return false;
    const int folder = (int)(strrchr(path, '/') - path);
    if (snprintf(part, sizeof part, "%.*s/.runphi-cp-%d", folder, path, (int)getpid()) >=
        (int)sizeof part)
        return phi_fail_errno(failure, status_failed, ENAMETOOLONG, "%.300s", path);
    (void)unlink(part); /* of somebody with our number who was cut short */
    const int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return failed(failure, "create", path);
    if (fill(fd, config, &old, path, failure) &&
        (rename(part, path) == 0 || failed(failure, "rename", path)))
        return true;
    (void)unlink(part);
    return false;
}

_Noreturn void phi_copy(const struct phi_config* config) {
    struct phi_failure failure = {0};
    close_the_rest();
    const bool done = config->copy == phi_copy_in ? copy_in(config, &failure)
                                                  : copy_out(config->args.items[0], &failure);
    if (!done) (void)write_all(STDERR_FILENO, failure.text, strlen(failure.text));
    _exit(done ? 0 : failure.status);
}
