/* SPDX-License-Identifier: Apache-2.0 */
#include "inmate.h"

void print(const char* text) {
    for (; *text != '\0'; ++text) console_put(*text);
}

void say_hello(void) {
    print("hello from a bare-metal inmate (");
    print(machine_name);
    print(")\n");
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
