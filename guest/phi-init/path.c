/* SPDX-License-Identifier: Apache-2.0 */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool phi_make_directories(const char* path, mode_t mode) {
    char part[PATH_MAX];
    const size_t length = strlen(path);
    if (length >= sizeof part) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(part, path, length + 1);
    for (char* slash = part + 1; *slash != '\0'; ++slash) {
        if (*slash != '/') continue;
        *slash = '\0';
        if (mkdir(part, mode) != 0 && errno != EEXIST) return false;
        *slash = '/';
    }
    if (length > 1 && mkdir(part, mode) != 0 && errno != EEXIST) return false;
    struct stat status;
    if (stat(path, &status) != 0) return false;
    if (S_ISDIR(status.st_mode)) return true;
    errno = ENOTDIR;
    return false;
}

int phi_open_directory(const char* path) {
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fd > STDERR_FILENO) return fd;
    const int behind = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int error = errno;
    close(fd);
    errno = error;
    return behind;
}

static char* read_all(int fd, size_t limit, size_t* length) {
    size_t capacity = 4096;
    char* bytes = malloc(capacity);
    for (*length = 0; bytes != NULL;) {
        const ssize_t got = read(fd, bytes + *length, capacity - *length - 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) break;
        *length += (size_t)got;
        if (got == 0) {
            bytes[*length] = '\0';
            return bytes;
        }
        if (*length > limit) {
            errno = EFBIG;
            break;
        }
        if (*length + 1 == capacity) {
            char* bigger = realloc(bytes, capacity *= 2);
            if (bigger == NULL) break;
            bytes = bigger;
        }
    }
    const int error = errno;
    free(bytes);
    errno = error;
    return NULL;
}

char* phi_read_file(int dir_fd, const char* path, size_t limit, size_t* length) {
    const int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return NULL;
    char* bytes = read_all(fd, limit, length);
    const int error = errno;
    close(fd);
    errno = error;
    return bytes;
}

bool phi_write_value(int dir_fd, const char* path, const char* value) {
    const int fd = openat(dir_fd, path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return false;
    const size_t length = strlen(value);
    const ssize_t put = write(fd, value, length);
    const int error = put < 0 ? errno : EIO;
    close(fd);
    errno = error;
    return put == (ssize_t)length;
}
