/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a running workload: its bytes, its signals, its end, and the sessions beside it. */
#ifndef RUNPHI_GUEST_SUPERVISE_H
#define RUNPHI_GUEST_SUPERVISE_H

#include <sys/types.h>

#include "lane.h"
#include "lookups.h"
#include "stdio_pair.h"

struct phi_supervised {
    const struct phi_early* early;
    pid_t pid;
    int console; /* non-blocking; -1: no console */
    int agent;   /* non-blocking; what the host asks for */
    struct phi_lane* lane;
    struct phi_lookups* lookups;
    struct phi_stdio* stdio; /* consumed */
    bool terminal;
};

/* Returns the exit status, 128+n for signal n, when the workload has ended, everything else has
 * been killed and its output has reached the console, or the host has stopped taking it. */
int phi_supervise(const struct phi_supervised* what);

#endif
