/* SPDX-License-Identifier: Apache-2.0 */
/* The bind mounts that are shared with the host: entries of one virtiofs, each bound to its place.
 */
#ifndef RUNPHI_GUEST_SHARE_H
#define RUNPHI_GUEST_SHARE_H

#include "config.h"

/* Is this mount an entry of the share? */
bool phi_share_has(const struct phi_mount* mount);

/* Mounts the share below /.runphi, if the configuration has a mount of it. */
bool phi_share_open(const struct phi_config* config, struct phi_failure* failure);

/* Binds an entry to its destination, which is made if it is not there, as runc does. */
bool phi_share_bind(const struct phi_mount* what, struct phi_failure* failure);

/* Takes the share away; what was bound stays. */
void phi_share_close(const struct phi_config* config);

#endif
