/* SPDX-License-Identifier: Apache-2.0 */
/* All sessions of runphi/agent.h. */
#ifndef RUNPHI_GUEST_SESSIONS_H
#define RUNPHI_GUEST_SESSIONS_H

#include "session.h"

struct phi_sessions {
    const struct phi_early* early;
    struct phi_link* link; /* NULL: the host has not asked for sessions yet */
    struct phi_session all[RUNPHI_AGENT_SESSIONS_MAX];
    unsigned turn; /* who may send first */
    bool closed;   /* none is opened any more */
};

enum { phi_sessions_slots = RUNPHI_AGENT_SESSIONS_MAX * phi_session_slots };

/* A frame of a session. */
void phi_sessions_take(struct phi_sessions* sessions, const struct phi_frame* frame);

void phi_sessions_poll(const struct phi_sessions* sessions, struct pollfd* slots);
/* Moves bytes, and queues what is to be said as long as the link has room. */
void phi_sessions_handle(struct phi_sessions* sessions, const struct pollfd* slots);

/* A child has ended: if it is of a session, that is told to the host. */
void phi_sessions_reap(struct phi_sessions* sessions, pid_t pid, int wait_status);
/* The machine goes: every session is told its end now, whether its reader keeps up or not. */
void phi_sessions_end(struct phi_sessions* sessions, int patience_ms);

#endif
