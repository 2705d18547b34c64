/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes between the console and the container's process. */
#ifndef RUNPHI_GUEST_CONSOLE_H
#define RUNPHI_GUEST_CONSOLE_H

#include <poll.h>

#include "buffer.h"
#include "stdio_pair.h"

struct phi_console {
    int fd; /* non-blocking; -1: none, or the host has hung up */
    struct phi_stdio* stdio;
    bool terminal;
    struct phi_buffer input, output;
    uint64_t input_total; /* bytes that the console brought */
    bool input_ends;      /* the host has said how long the input is: */
    uint64_t input_length;
    int64_t input_deadline; /* what is missing then was lost on the way */
    int64_t moved_at;       /* when the host last took output, or there was none to take */
};

enum { phi_console_slots = 3 };

void phi_console_begin(struct phi_console* console, int fd, struct phi_stdio* stdio, bool terminal);
/* What to poll for now, and what to do when poll has returned. */
void phi_console_poll(const struct phi_console* console, struct pollfd* slots);
void phi_console_handle(struct phi_console* console, const struct pollfd* slots);
/* When phi_console_handle is to be called next at the latest. */
int64_t phi_console_deadline(const struct phi_console* console);

/* The input is `length` bytes long, counted from its beginning. */
void phi_console_end_input(struct phi_console* console, uint64_t length);
/* The process has ended: it reads no more, and what it wrote is all there is. */
void phi_console_process_ended(struct phi_console* console);
/* All output of the process is on its way to the host, or there is nobody to take it. */
bool phi_console_flushed(const struct phi_console* console);

#endif
