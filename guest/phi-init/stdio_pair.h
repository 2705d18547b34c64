/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process of the container has as stdin, stdout and stderr. Never the console device itself:
 * a program must find a pipe where runc gives it a pipe and a terminal where runc gives it a
 * terminal, and a serial port drops what it has not sent yet when the leader of its session ends.
 */
#ifndef RUNPHI_GUEST_STDIO_PAIR_H
#define RUNPHI_GUEST_STDIO_PAIR_H

#include "config.h"

/* Every descriptor is -1 when it is closed. A terminal is one descriptor on either side. */
struct phi_stdio {
    int to_process, from_process; /* our ends, non-blocking */
    int errors;                   /* our end of stderr, -1: it goes the way of stdout */
    int child_in, child_out, child_err;
};

/* The two ways of stderr. */
enum phi_stderr { phi_stderr_joined, phi_stderr_apart };

bool phi_stdio_open(const struct phi_config* config, enum phi_stderr stderr_is,
                    struct phi_stdio* out, struct phi_failure* failure);

void phi_stdio_close_input(struct phi_stdio* stdio);
void phi_stdio_close_output(struct phi_stdio* stdio);
void phi_stdio_close_errors(struct phi_stdio* stdio);
/* The process's ends. While we hold them, its pipes and its terminal do not hang up. */
void phi_stdio_close_child(struct phi_stdio* stdio);
void phi_stdio_close(struct phi_stdio* stdio);

/* Size of the process's terminal; no effect on pipes. */
void phi_stdio_resize(const struct phi_stdio* stdio, uint16_t rows, uint16_t columns);

#endif
