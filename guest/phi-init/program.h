/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_PROGRAM_H
#define RUNPHI_GUEST_PROGRAM_H

#include <stddef.h>

#include "failure.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Finds the program of args[0] in the PATH of an environment, with the errors that runc prints. The
 * current directory and the credentials must be those of the workload already. */
bool phi_program_find(const char* name, char* const* env, char* path, size_t size,
                      struct phi_failure* failure);

/* Value of a variable, NULL if it is not set. */
const char* phi_env_get(char* const* env, const char* name);

/* Home directory of a user in a passwd file; "/" if it has none. */
const char* phi_home_of(const char* passwd, unsigned uid, char* home, size_t size);

#ifdef __cplusplus
}
#endif

#endif
