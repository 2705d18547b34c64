/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the workload has as stdin, stdout and stderr. Never the console device itself: a program
 * must find a pipe where runc gives it a pipe and a terminal where runc gives it a terminal, and a
 * serial port drops what it has not sent yet when the leader of its session ends.
 */
#ifndef RUNPHI_GUEST_STDIO_PAIR_H
#define RUNPHI_GUEST_STDIO_PAIR_H

#include "config.h"

struct phi_stdio {
    int to_process, from_process; /* our ends, non-blocking; one descriptor for a terminal */
    int child_in, child_out;      /* the workload's ends; one descriptor for a terminal */
};

bool phi_stdio_open(const struct phi_config* config, struct phi_stdio* out,
                    struct phi_failure* failure);

/* Size of the workload's terminal; no effect on pipes. */
void phi_stdio_resize(const struct phi_stdio* stdio, uint16_t rows, uint16_t columns);

#endif
