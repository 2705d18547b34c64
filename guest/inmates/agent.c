/* SPDX-License-Identifier: Apache-2.0 */
/* How an inmate ends on machines with an agent channel. */
#include "guest/agent/agent_frame.h"
#include "inmate.h"

static void send_byte(uint8_t type, uint8_t byte) {
    uint8_t frame[PHI_FRAME_MAX];
    const size_t size = phi_frame_write(type, &byte, 1, frame);
    for (size_t i = 0; i < size; ++i) agent_put(frame[i]);
}

void agent_hello(void) {
    /* No sessions: there is nothing here that could run another program. */
    send_byte(RUNPHI_AGENT_HELLO, 1);
}

void exit_with(uint8_t status) {
    send_byte(RUNPHI_AGENT_EXIT, status);
    machine_end(status);
}
