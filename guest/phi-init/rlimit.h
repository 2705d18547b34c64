/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_RLIMIT_H
#define RUNPHI_GUEST_RLIMIT_H

#ifdef __cplusplus
extern "C" {
#endif

/* RLIMIT_* of a name as the runtime spec writes it ("RLIMIT_NOFILE"); -1: unknown. */
int phi_rlimit_number(const char* name);

#ifdef __cplusplus
}
#endif

#endif
