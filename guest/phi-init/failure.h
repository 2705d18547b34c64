/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_FAILURE_H
#define RUNPHI_GUEST_FAILURE_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The exit status of a container whose process could not be started, as shells and engines number
 * it. */
#define PHI_STATUS_SETUP 125
#define PHI_STATUS_NOT_EXECUTABLE 126
#define PHI_STATUS_NOT_FOUND 127

/* Why the workload does not run: becomes an ERROR and an EXIT frame. Crosses a pipe as it is. */
struct phi_failure {
    int status; /* 0: nothing failed */
    char text[512];
};

/* Both return false, so that a step can end in `return phi_fail(...)`. */
bool phi_fail(struct phi_failure* failure, int status, const char* format, ...)
    __attribute__((format(printf, 3, 4)));
/* "FORMAT...: no such file or directory", in the words that Go programs print. */
bool phi_fail_errno(struct phi_failure* failure, int status, int number, const char* format, ...)
    __attribute__((format(printf, 4, 5)));

/* Lower-case text of an errno. */
const char* phi_errno_text(int number, char* buffer, unsigned long size);

#ifdef __cplusplus
}
#endif

#endif
