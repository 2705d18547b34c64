/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_MODULES_H
#define RUNPHI_GUEST_MODULES_H

#include "early.h"

/* Loads the modules "a,b" from /.runphi/modules, each after those that it depends on. A module that
 * is not there is no error: the kernel may have it built in. */
bool phi_modules_load(const struct phi_early* early, const char* names,
                      struct phi_failure* failure);

#endif
