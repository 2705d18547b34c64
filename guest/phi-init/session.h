/* SPDX-License-Identifier: Apache-2.0 */
/* One exec session of runphi/agent.h: a process that the host asked for, and its bytes. */
#ifndef RUNPHI_GUEST_SESSION_H
#define RUNPHI_GUEST_SESSION_H

#include <poll.h>
#include <sys/types.h>

#include "early.h"
#include "link.h"
#include "stdio_pair.h"

enum phi_session_state {
    phi_session_free,
    phi_session_asked,     /* for the guest's figures; it has no process */
    phi_session_described, /* its description is on its way */
    phi_session_starting,  /* forked; the report of its execve is awaited */
    phi_session_running,
    phi_session_reaped, /* what it wrote last is still to be sent */
    phi_session_failed,
};

struct phi_session {
    enum phi_session_state state;
    uint32_t id;
    char* description;
    uint32_t length, have;
    bool terminal;
    bool copies; /* a file: without its streams it ends by itself, and clears away */
    struct phi_stdio stdio;
    pid_t pid; /* 0: not started */
    bool alive;
    int report; /* -1: none is awaited */
    bool started_told;
    int status; /* of a process that has been reaped */
    struct phi_failure failure;
    struct phi_buffer input;
    bool input_ends;
    uint32_t input_owed;    /* units of stream 0 that the host gets back */
    uint32_t input_charged; /* units that it has under way or here */
    uint32_t credit[3];     /* units that streams 1 and 2 may still send */
    uint32_t left[3]; /* bytes that they may still bring: bounded when the process has ended */
    bool readable[3];
};

enum { phi_session_slots = 4 };

void phi_session_open(struct phi_session* s, uint32_t id, uint32_t length);
/* A frame of this session; the number is not part of `fields`. */
void phi_session_take(struct phi_session* s, const struct phi_early* early, uint8_t type,
                      const uint8_t* fields, size_t length);

/* What to poll for now, and what to do when poll has returned. */
void phi_session_poll(const struct phi_session* s, bool link_has_room, struct pollfd* slots);
void phi_session_handle(struct phi_session* s, const struct pollfd* slots);
/* Queues one frame if the session has one to send now; false if not. After its last one the slot is
 * free. */
bool phi_session_send(struct phi_session* s, const struct phi_early* early, struct phi_link* link);

/* A session that asks for the guest's figures. */
void phi_session_ask(struct phi_session* s, uint32_t id);

/* Its process has ended, with this status of waitpid. */
void phi_session_reap(struct phi_session* s, int wait_status);
/* Nobody waits for what its process has left unread. */
void phi_session_hurry(struct phi_session* s);
/* Kills its process and frees the slot. */
void phi_session_drop(struct phi_session* s);

#endif
