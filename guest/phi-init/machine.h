/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_MACHINE_H
#define RUNPHI_GUEST_MACHINE_H

#include "config.h"
#include "early.h"

/* Names, kernel settings and the loopback interface. */
bool phi_machine_setup(const struct phi_early* early, const struct phi_config* config,
                       struct phi_failure* failure);

#endif
