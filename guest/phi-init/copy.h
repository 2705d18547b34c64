/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file in or out of the guest: what a session does whose description has `copy`. It runs in a
 * process of its own, which has the session's streams as stdin, stdout and stderr. Out: the bytes
 * on stdout, then "MODE SIZE\n" on stderr, octal and decimal. In: the bytes on stdin; the file
 * appears when it is whole. When it fails, stderr says why, and the status is 1.
 */
#ifndef RUNPHI_GUEST_COPY_H
#define RUNPHI_GUEST_COPY_H

#include "config.h"

_Noreturn void phi_copy(const struct phi_config* config);

#endif
