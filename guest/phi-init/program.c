/* SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char* phi_env_get(char* const* env, const char* name) {
    const size_t length = strlen(name);
    for (; env != NULL && *env != NULL; ++env)
        if (strncmp(*env, name, length) == 0 && (*env)[length] == '=') return *env + length + 1;
    return NULL;
}

/* 0, or the errno that says why this file cannot be run. */
static int check(const char* path) {
    struct stat status;
    if (stat(path, &status) != 0) return errno;
    if (S_ISDIR(status.st_mode)) return EISDIR;
    /* The superuser may run nothing that nobody may run. */
    if ((status.st_mode & 0111) == 0 || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
        return EACCES;
    return 0;
}

static bool find_by_path(const char* name, struct phi_failure* failure) {
    const int error = check(name);
    if (error == 0) return true;
    if (error == EISDIR || error == EACCES)
        return phi_fail_errno(failure, PHI_STATUS_NOT_EXECUTABLE, error, "exec: \"%.160s\"", name);
    return phi_fail_errno(failure, PHI_STATUS_NOT_FOUND, error, "exec: \"%.160s\": stat %.160s",
                          name, name);
}

bool phi_program_find(const char* name, char* const* env, char* path, size_t size,
                      struct phi_failure* failure) {
    if (strchr(name, '/') != NULL) {
        if (!find_by_path(name, failure)) return false;
        if (strlen(name) >= size)
            return phi_fail_errno(failure, PHI_STATUS_NOT_FOUND, ENAMETOOLONG, "exec: \"%.160s\"",
                                  name);
        memcpy(path, name, strlen(name) + 1);
        return true;
    }
    const char* search = phi_env_get(env, "PATH");
    for (; search != NULL && *search != '\0'; search += *search == ':') {
        const size_t length = strcspn(search, ":");
        const int written = snprintf(path, size, "%.*s/%s", (int)length, search, name);
        /* Only absolute folders: the current directory is no place to find programs in. */
        if (*search == '/' && written > 0 && (size_t)written < size && check(path) == 0)
            return true;
        search += length;
    }
    return phi_fail(failure, PHI_STATUS_NOT_FOUND,
                    "exec: \"%.256s\": executable file not found in $PATH", name);
}

/* NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL */
static bool home_in_line(const char* line, size_t length, unsigned uid, char* home, size_t size) {
    const char* field[7] = {line};
    for (int i = 1; i < 7; ++i) {
        const char* colon = memchr(field[i - 1], ':', length - (size_t)(field[i - 1] - line));
        if (colon == NULL) return false;
        field[i] = colon + 1;
    }
    char* end;
    if (strtoul(field[2], &end, 10) != uid || end != field[3] - 1 || end == field[2]) return false;
    const size_t width = (size_t)(field[6] - 1 - field[5]);
    if (width == 0 || width >= size) return false;
    memcpy(home, field[5], width);
    home[width] = '\0';
    return true;
}

const char* phi_home_of(const char* passwd, unsigned uid, char* home, size_t size) {
    while (passwd != NULL && *passwd != '\0') {
        const size_t length = strcspn(passwd, "\n");
        if (home_in_line(passwd, length, uid, home, size)) return home;
        passwd += length + (passwd[length] != '\0');
    }
    return "/";
}
