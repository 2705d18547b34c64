/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_CLOCK_H
#define RUNPHI_GUEST_CLOCK_H

#include <stdint.h>
#include <time.h>

/* A point in time that does not come. */
#define PHI_NEVER INT64_MAX

static inline int64_t phi_now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline int64_t phi_earlier(int64_t a, int64_t b) {
    return a < b ? a : b;
}

#endif
