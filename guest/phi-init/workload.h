/* SPDX-License-Identifier: Apache-2.0 */
/* The container's process, up to its execve. */
#ifndef RUNPHI_GUEST_WORKLOAD_H
#define RUNPHI_GUEST_WORKLOAD_H

#include <sys/types.h>

#include "config.h"
#include "early.h"
#include "stdio_pair.h"

/* Starts it. Returns its pid once it runs the program, 0 with *failure filled if it never will. */
pid_t phi_workload_start(const struct phi_early* early, const struct phi_config* config,
                         const struct phi_stdio* stdio, struct phi_failure* failure);

#endif
