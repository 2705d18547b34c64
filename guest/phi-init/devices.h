/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_DEVICES_H
#define RUNPHI_GUEST_DEVICES_H

#include "failure.h"

/* The devices that the runtime specification promises to every Linux container, where /dev does not
 * have them yet. */
bool phi_devices_create(struct phi_failure* failure);

#endif
