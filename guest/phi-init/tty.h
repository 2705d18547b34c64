/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_TTY_H
#define RUNPHI_GUEST_TTY_H

#include "early.h"

/* Opens a character device below /dev, transparent for bytes and without blocking; -1 on failure.
 * Its driver may still be on its way: waits a few seconds for the node to appear. */
int phi_tty_open(const struct phi_early* early, const char* name, struct phi_failure* failure);

/* Waits until all output has left the device, but for no more than some seconds. */
void phi_tty_drain(int fd, unsigned seconds);

#endif
