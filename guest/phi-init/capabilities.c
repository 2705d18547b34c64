/* SPDX-License-Identifier: Apache-2.0 */
#include "capabilities.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The capabilities of the running kernel: those whose place in the bounding set can be read. */
static uint64_t known(void) {
    uint64_t mask = 0;
    for (unsigned cap = 0; cap < 64; ++cap)
        if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0) mask |= UINT64_C(1) << cap;
    return mask;
}

bool phi_caps_bound(const struct phi_caps* caps) {
    const uint64_t drop = known() & ~caps->bounding;
    for (unsigned cap = 0; cap < 64; ++cap)
        if ((drop >> cap & 1) != 0 && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0) return false;
    return true;
}

bool phi_caps_set(const struct phi_caps* caps) {
    const uint64_t mask = known();
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    for (unsigned word = 0; word < 2; ++word) {
        const unsigned shift = 32 * word;
        data[word].effective = (uint32_t)((caps->effective & mask) >> shift);
        data[word].permitted = (uint32_t)((caps->permitted & mask) >> shift);
        data[word].inheritable = (uint32_t)((caps->inheritable & mask) >> shift);
    }
    if (syscall(SYS_capset, &header, data) != 0) return false;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return false;
    /* Only what is permitted and inheritable can be ambient. */
    const uint64_t ambient = caps->ambient & caps->permitted & caps->inheritable & mask;
    for (unsigned cap = 0; cap < 64; ++cap)
        if ((ambient >> cap & 1) != 0 &&
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) != 0)
            return false;
    return true;
}
