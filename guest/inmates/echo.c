/* SPDX-License-Identifier: Apache-2.0 */
/* Says again what the console says, until it says `q`, its input ends or the host asks for a
 * shutdown. */
#include "guest/agent/agent_frame.h"
#include "inmate.h"

static uint64_t echoed;
static bool input_ends;
static uint64_t input_length;

static void obey(const struct phi_frame* frame) {
    if (frame->type == RUNPHI_AGENT_SHUTDOWN) exit_with(0);
    if (frame->type != RUNPHI_AGENT_EOF || frame->length != 8) return;
    input_ends = true;
    input_length = 0;
    for (unsigned i = 0; i < 8; ++i) input_length |= (uint64_t)frame->payload[i] << (8 * i);
}

void inmate_main(void) {
    static struct phi_frame_reader reader;
    static struct phi_frame frame;
    say_hello();
    agent_hello();
    while (!input_ends || echoed < input_length) {
        const int byte = console_get();
        if (byte == 'q') break;
        if (byte >= 0) {
            console_put((char)byte);
            ++echoed;
        }
        const int told = agent_get();
        if (told >= 0 && phi_frame_read(&reader, (uint8_t)told, &frame)) obey(&frame);
    }
    exit_with(0);
}
