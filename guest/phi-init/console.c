/* SPDX-License-Identifier: Apache-2.0 */
#include "console.h"

#include <unistd.h>

#include "clock.h"

enum {
    input_silence_ms = 2000, /* after EOF, when bytes of the input were lost on the way */
    output_limit = 64 << 10,
    /* A serial line has no way to hold the host back: what the workload does not read yet waits
       here. */
    input_limit = 16 << 20,
};

enum slot { slot_console, slot_to, slot_from };

void phi_console_begin(struct phi_console* c, int fd, struct phi_stdio* stdio, bool terminal) {
    *c = (struct phi_console){
        .fd = fd,
        .stdio = stdio,
        .terminal = terminal,
        .input = {.limit = input_limit},
        .output = {.limit = output_limit},
        .input_deadline = PHI_NEVER,
        .moved_at = phi_now_ms(),
    };
}

static void close_input(struct phi_console* c) {
    phi_stdio_close_input(c->stdio);
    c->input.begin = c->input.end = 0;
}

/* The end of the input closes a pipe. A terminal has no end: programs ask it for another line. */
static void check_input_end(struct phi_console* c) {
    if (c->terminal || !c->input_ends || c->stdio->to_process < 0) return;
    const bool complete = c->input_total >= c->input_length || phi_now_ms() >= c->input_deadline;
    if (complete && phi_buffer_used(&c->input) == 0) close_input(c);
}

static void read_console(struct phi_console* c) {
    size_t count;
    const enum phi_io result = phi_buffer_fill(&c->input, c->fd, &count);
    c->input_total += count;
    if (result == phi_io_moved && c->input_ends)
        c->input_deadline = phi_now_ms() + input_silence_ms;
    /* Nobody reads it any more; the console must not fill up for that. */
    if (c->stdio->to_process < 0) c->input.begin = c->input.end = 0;
}

static void write_console(struct phi_console* c) {
    if (phi_buffer_flush(&c->output, c->fd) != phi_io_wait) c->moved_at = phi_now_ms();
}

static void read_process(struct phi_console* c) {
    size_t count;
    if (phi_buffer_used(&c->output) == 0) c->moved_at = phi_now_ms();
    if (phi_buffer_fill(&c->output, c->stdio->from_process, &count) == phi_io_ended)
        phi_stdio_close_output(c->stdio);
    if (c->fd < 0) c->output.begin = c->output.end = 0;
}

/* Nothing to read and nobody there: poll would return for ever. */
static bool hung_up(const struct pollfd* fd) {
    return (fd->revents & (POLLHUP | POLLERR | POLLNVAL)) != 0 && (fd->revents & POLLIN) == 0;
}

void phi_console_poll(const struct phi_console* c, struct pollfd* slots) {
    int events = 0;
    if (!phi_buffer_full(&c->input)) events |= POLLIN;
    if (phi_buffer_used(&c->output) > 0) events |= POLLOUT;
    slots[slot_console] = (struct pollfd){events == 0 ? -1 : c->fd, (short)events, 0};
    slots[slot_to] =
        (struct pollfd){phi_buffer_used(&c->input) > 0 ? c->stdio->to_process : -1, POLLOUT, 0};
    slots[slot_from] =
        (struct pollfd){phi_buffer_full(&c->output) ? -1 : c->stdio->from_process, POLLIN, 0};
}

void phi_console_handle(struct phi_console* c, const struct pollfd* slots) {
    if (slots[slot_console].revents & POLLOUT) write_console(c);
    if (slots[slot_console].revents & POLLIN) read_console(c);
    if (slots[slot_to].revents != 0 &&
        phi_buffer_flush(&c->input, c->stdio->to_process) == phi_io_ended)
        close_input(c);
    if (slots[slot_from].revents != 0) read_process(c);
    if (hung_up(&slots[slot_console])) c->fd = -1;
    check_input_end(c);
}

int64_t phi_console_deadline(const struct phi_console* c) {
    const bool waits = c->input_ends && c->stdio->to_process >= 0 && !c->terminal;
    return waits && phi_buffer_used(&c->input) == 0 ? c->input_deadline : PHI_NEVER;
}

void phi_console_end_input(struct phi_console* c, uint64_t length) {
    c->input_ends = true;
    c->input_length = length;
    c->input_deadline = phi_now_ms() + input_silence_ms;
}

void phi_console_process_ended(struct phi_console* c) {
    close_input(c);
    c->moved_at = phi_now_ms();
    /* The terminal's other end was held open so that it does not hang up between two users of it.
     */
    phi_stdio_close_child(c->stdio);
}

bool phi_console_flushed(const struct phi_console* c) {
    return phi_buffer_used(&c->output) == 0 || c->fd < 0;
}
