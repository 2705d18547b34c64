/* SPDX-License-Identifier: Apache-2.0 */
#include "inmate.h"

#include "guest/agent/agent_frame.h"

void print(const char* text) {
    for (; *text != '\0'; ++text) console_put(*text);
}

void say_hello(void) {
    print("hello from a bare-metal inmate (");
    print(machine_name);
    print(")\n");
}

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
    machine_power_off();
}

/* The C library that a freestanding compiler may call. */
void* memcpy(void* to, const void* from, size_t count) {
    uint8_t* out = to;
    const uint8_t* in = from;
    while (count-- > 0) *out++ = *in++;
    return to;
}

void* memmove(void* to, const void* from, size_t count) {
    uint8_t* out = to;
    const uint8_t* in = from;
    if (out < in) return memcpy(to, from, count);
    while (count-- > 0) out[count] = in[count];
    return to;
}

void* memset(void* to, int value, size_t count) {
    uint8_t* out = to;
    while (count-- > 0) *out++ = (uint8_t)value;
    return to;
}

void* memchr(const void* where, int value, size_t count) {
    const uint8_t* in = where;
    for (; count-- > 0; ++in)
        if (*in == (uint8_t)value) return (void*)(uintptr_t)in;
    return NULL;
}

/* Called by start.S. */
void inmate_start(void);
void inmate_start(void) {
    machine_init();
    inmate_main();
    machine_power_off();
}
