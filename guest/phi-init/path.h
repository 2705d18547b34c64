/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_PATH_H
#define RUNPHI_GUEST_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* mkdir -p of an absolute path. False with errno set. */
bool phi_make_directories(const char* path, mode_t mode);

/* A descriptor of a directory, behind the three standard ones even where these are missing: a
 * kernel that cannot open a console starts process 1 without them. Negative with errno set. */
int phi_open_directory(const char* path);

/* The whole of a file with one NUL byte behind it, to be freed; NULL with errno set. */
char* phi_read_file(int dir_fd, const char* path, size_t limit, size_t* length);

/* Writes a value to a file of the kernel (proc, sysfs). False with errno set. */
bool phi_write_value(int dir_fd, const char* path, const char* value);

#ifdef __cplusplus
}
#endif

#endif
