/* SPDX-License-Identifier: Apache-2.0 */
/* A process of the container, up to its execve. */
#ifndef RUNPHI_GUEST_WORKLOAD_H
#define RUNPHI_GUEST_WORKLOAD_H

#include <sys/types.h>

#include "config.h"
#include "early.h"
#include "stdio_pair.h"

/* Starts it. Returns its pid once it runs the program, 0 with *failure filled if it never will. */
pid_t phi_workload_start(const struct phi_early* early, const struct phi_config* config,
                         const struct phi_stdio* stdio, struct phi_failure* failure);

/* The same in two steps, for who cannot wait. Returns its pid, 0 if it cannot even be tried; the
 * report is there when *report is readable. */
pid_t phi_workload_spawn(const struct phi_early* early, const struct phi_config* config,
                         const struct phi_stdio* stdio, int* report, struct phi_failure* failure);
/* Waits for the report and closes it. Fills *failure if the program does not run; the process is
 * to be reaped in either case. */
void phi_workload_report(int report, struct phi_failure* failure);

#endif
