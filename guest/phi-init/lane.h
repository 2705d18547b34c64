/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fast channel for sessions: a virtio-serial port. Its driver costs a tenth of the boot, so it
 * is loaded when the host first asks for sessions, which most containers never see.
 */
#ifndef RUNPHI_GUEST_LANE_H
#define RUNPHI_GUEST_LANE_H

#include <stdint.h>

#include "early.h"
#include "link.h"
#include "modules.h"

struct phi_lane {
    const struct phi_early* early;
    struct phi_held_modules modules; /* open files: /.runphi is gone when they are needed */
    struct phi_link link;            /* fd -1: it is not open */
    int64_t give_up_at;              /* PHI_NEVER: nobody waits for it */
    int64_t try_at;                  /* PHI_NEVER: not before poll says so */
};

/* Keeps the modules "a,b" at hand. None: the machine has no such channel. */
void phi_lane_hold(struct phi_lane* lane, const struct phi_early* early, const char* modules);
/* Loads the driver; the port appears some time later. */
void phi_lane_ask(struct phi_lane* lane);
/* To be called at try_at. True when the answer is there: the link is open, or there will be none.
 */
bool phi_lane_try(struct phi_lane* lane);
/* The port hangs up while the host has not opened its end: asked again a little later. */
void phi_lane_hung_up(struct phi_lane* lane);

#endif
