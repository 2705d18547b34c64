/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNPHI_GUEST_STATISTICS_H
#define RUNPHI_GUEST_STATISTICS_H

#include <stddef.h>

#include "early.h"

/* The guest's figures as STATISTICS of runphi/agent.h has them. Returns the length of the text;
 * what cannot be read is left out. */
size_t phi_statistics(const struct phi_early* early, char* text, size_t size);

#endif
