/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a running workload: its bytes, its signals, its end. */
#ifndef RUNPHI_GUEST_SUPERVISE_H
#define RUNPHI_GUEST_SUPERVISE_H

#include <sys/types.h>

#include "agent.h"
#include "stdio_pair.h"

struct phi_supervised {
    pid_t pid;
    int console;             /* non-blocking; -1: no console */
    struct phi_agent* agent; /* what the host asks for */
    struct phi_stdio* stdio; /* consumed */
    bool terminal;
};

/* Returns the exit status, 128+n for signal n, when the workload has ended, everything else has
 * been killed and its output has reached the console, or the host has stopped taking it. */
int phi_supervise(const struct phi_supervised* what);

#endif
