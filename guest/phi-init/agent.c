/* SPDX-License-Identifier: Apache-2.0 */
#include "agent.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "tty.h"

enum { patience_ms = 5000, patience_s = 5 };

void phi_agent_send(const struct phi_agent* agent, uint8_t type, const void* payload,
                    size_t length) {
    if (agent->fd < 0) return;
    uint8_t frame[PHI_FRAME_MAX];
    const size_t size = phi_frame_write(type, payload, length, frame);
    for (size_t sent = 0; sent < size;) {
        const ssize_t put = write(agent->fd, frame + sent, size - sent);
        if (put > 0) {
            sent += (size_t)put;
            continue;
        }
        if (put < 0 && errno != EAGAIN && errno != EINTR) return;
        struct pollfd room = {agent->fd, POLLOUT, 0};
        if (poll(&room, 1, patience_ms) == 0) return;
    }
}

void phi_agent_hello(const struct phi_agent* agent) {
    const uint8_t version = RUNPHI_AGENT_VERSION;
    phi_agent_send(agent, RUNPHI_AGENT_HELLO, &version, sizeof version);
}

void phi_agent_exit(const struct phi_agent* agent, int status, const char* error) {
    if (agent->fd < 0) return;
    const uint8_t byte = (uint8_t)status;
    if (error[0] != '\0') phi_agent_send(agent, RUNPHI_AGENT_ERROR, error, strlen(error));
    phi_agent_send(agent, RUNPHI_AGENT_EXIT, &byte, sizeof byte);
    phi_tty_drain(agent->fd, patience_s);
}
