/* SPDX-License-Identifier: Apache-2.0 */
/* The memory channel of a machine without virtual serial ports. */
#ifndef RUNPHI_GUEST_MEMORY_H
#define RUNPHI_GUEST_MEMORY_H

#include "early.h"

/* Opens the channel at `address`, the text of the kernel command line, and gives the descriptors of
 * both ways, non-blocking. */
bool phi_memory_open(const struct phi_early* early, const char* address, int* console, int* agent,
                     struct phi_failure* failure);

/* Tells the host that the machine goes, and with which status, when everything else that was for it
 * stands in the rings, or the host has not taken it for some seconds. Without a channel: nothing.
 * The descriptors write no more. */
void phi_memory_end(int console, int agent, int status);

#endif
