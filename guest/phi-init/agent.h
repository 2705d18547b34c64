/* SPDX-License-Identifier: Apache-2.0 */
/* The agent channel at the beginning and at the end, when phi-init may wait for the host. */
#ifndef RUNPHI_GUEST_AGENT_H
#define RUNPHI_GUEST_AGENT_H

#include "failure.h"
#include "guest/agent/agent_frame.h"

struct phi_agent {
    int fd; /* non-blocking; -1: this machine has no agent channel */
};

/* Sends a frame; gives up when the host does not take it for some seconds. */
void phi_agent_send(const struct phi_agent* agent, uint8_t type, const void* payload,
                    size_t length);

/* HELLO: from now on the host may send frames and console input. */
void phi_agent_hello(const struct phi_agent* agent);

/* ERROR, if the failure has a text, and EXIT. */
void phi_agent_exit(const struct phi_agent* agent, int status, const char* error);

#endif
