/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_CAPABILITIES_H
#define RUNPHI_GUEST_CAPABILITIES_H

#include "config.h"

/* Drops from the bounding set all that the mask does not have. False with errno set. */
bool phi_caps_bound(const struct phi_caps* caps);

/* Sets the other four sets of this process. Bits that the running kernel does not know are left
 * out. False with errno set. */
bool phi_caps_set(const struct phi_caps* caps);

#endif
