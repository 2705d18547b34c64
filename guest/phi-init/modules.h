/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_MODULES_H
#define RUNPHI_GUEST_MODULES_H

#include "early.h"

/* Loads the modules "a,b" from /.runphi/modules, each after those that it depends on. A module that
 * is not there is no error: the kernel may have it built in. */
bool phi_modules_load(const struct phi_early* early, const char* names,
                      struct phi_failure* failure);

/* Modules to be loaded when /.runphi is gone: open files, each after those that it depends on. */
enum { phi_held_most = 16 };
struct phi_held_modules {
    bool named; /* some were asked for, whether or not the kernel has them as modules */
    unsigned count;
    int fds[phi_held_most];
};
/* What fails is left out: whoever needs the driver sees that it is not there. */
void phi_modules_hold(const struct phi_early* early, const char* names,
                      struct phi_held_modules* held);
void phi_modules_load_held(struct phi_held_modules* held);

#endif
