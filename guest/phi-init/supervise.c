/* SPDX-License-Identifier: Apache-2.0 */
#include "supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "tty.h"

enum {
    term_grace_ms = 5000,    /* between SIGTERM and SIGKILL at SHUTDOWN */
    input_silence_ms = 2000, /* after EOF, when bytes of the input were lost on the way */
    reap_patience_ms = 5000, /* for killed processes that do not go */
    output_stall_ms = 30000, /* for a host that does not read the last output */
    drain_s = 5,
    output_limit = 64 << 10,
    /* A serial line has no way to hold the host back: what the workload does not read yet waits
       here. */
    input_limit = 16 << 20,
};

#define NEVER INT64_MAX

struct state {
    const struct phi_supervised* what;
    int signals;        /* signalfd for SIGCHLD */
    int console, agent; /* -1 when there is none, or the host has hung up */
    struct phi_buffer input, output;
    uint64_t input_total; /* bytes that the console brought */
    bool input_ends;      /* the host has said how long the input is: */
    uint64_t input_length;
    int64_t input_deadline, kill_deadline, reap_deadline, stall_deadline;
    bool ended, childless;
    int status;
};

static int64_t now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_input(struct state* s) {
    struct phi_stdio* stdio = s->what->stdio;
    if (stdio->to_process >= 0 && stdio->to_process != stdio->from_process)
        close(stdio->to_process);
    stdio->to_process = -1;
    s->input.begin = s->input.end = 0;
}

static void close_output(struct state* s) {
    struct phi_stdio* stdio = s->what->stdio;
    if (stdio->from_process >= 0 && stdio->to_process != stdio->from_process)
        close(stdio->from_process);
    stdio->from_process = -1;
}

/* The end of the input closes a pipe. A terminal has no end: programs ask it for another line. */
static void check_input_end(struct state* s) {
    if (s->what->terminal || !s->input_ends || s->what->stdio->to_process < 0) return;
    const bool complete = s->input_total >= s->input_length || now_ms() >= s->input_deadline;
    if (complete && phi_buffer_used(&s->input) == 0) close_input(s);
}

static void begin_shutdown(struct state* s) {
    if (s->ended || s->kill_deadline != NEVER) return;
    (void)kill(s->what->pid, SIGTERM);
    s->kill_deadline = now_ms() + term_grace_ms;
}

static uint64_t number_of(const uint8_t* bytes, unsigned count) {
    uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i) value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static void obey(struct state* s, const struct phi_frame* frame) {
    const uint8_t* payload = frame->payload;
    if (frame->type == RUNPHI_AGENT_SIGNAL && frame->length == 1) {
        /* Not after its end: the number may belong to another process by then. */
        if (!s->ended && payload[0] > 0 && payload[0] < NSIG) (void)kill(s->what->pid, payload[0]);
    } else if (frame->type == RUNPHI_AGENT_SHUTDOWN && frame->length == 0) {
        begin_shutdown(s);
    } else if (frame->type == RUNPHI_AGENT_RESIZE && frame->length == 4) {
        if (s->what->terminal)
            phi_stdio_resize(s->what->stdio, (uint16_t)number_of(payload, 2),
                             (uint16_t)number_of(payload + 2, 2));
    } else if (frame->type == RUNPHI_AGENT_EOF && frame->length == 8) {
        s->input_ends = true;
        s->input_length = number_of(payload, 8);
        s->input_deadline = now_ms() + input_silence_ms;
    }
}

static void read_agent(struct state* s) {
    struct phi_agent* agent = s->what->agent;
    uint8_t bytes[512];
    const ssize_t got = read(s->agent, bytes, sizeof bytes);
    static struct phi_frame frame;
    for (ssize_t i = 0; i < got; ++i)
        if (phi_frame_read(&agent->reader, bytes[i], &frame)) obey(s, &frame);
}

static void begin_end(struct state* s, int status) {
    s->ended = true;
    s->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    s->kill_deadline = NEVER;
    s->reap_deadline = now_ms() + reap_patience_ms;
    s->stall_deadline = now_ms() + output_stall_ms;
    (void)kill(-1, SIGKILL);
    close_input(s);
    /* The terminal's other end was held open so that it does not hang up between two users of it.
     */
    close(s->what->stdio->child_out);
}

static void reap(struct state* s) {
    struct signalfd_siginfo ignored;
    (void)read(s->signals, &ignored, sizeof ignored);
    for (;;) {
        int status;
        const pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid == 0) return;
        if (pid < 0) {
            if (errno == EINTR) continue;
            s->childless = true;
            return;
        }
        if (pid == s->what->pid && !s->ended) begin_end(s, status);
    }
}

static void read_console(struct state* s) {
    size_t count;
    const enum phi_io result = phi_buffer_fill(&s->input, s->console, &count);
    s->input_total += count;
    if (result == phi_io_moved) s->input_deadline = now_ms() + input_silence_ms;
    /* Nobody reads it any more; the console must not fill up for that. */
    if (s->what->stdio->to_process < 0) s->input.begin = s->input.end = 0;
}

static void write_console(struct state* s) {
    if (phi_buffer_flush(&s->output, s->console) != phi_io_wait)
        s->stall_deadline = now_ms() + output_stall_ms;
}

static void read_process(struct state* s) {
    size_t count;
    if (phi_buffer_fill(&s->output, s->what->stdio->from_process, &count) == phi_io_ended)
        close_output(s);
    if (s->console < 0) s->output.begin = s->output.end = 0;
}

static void act_on_time(struct state* s) {
    const int64_t now = now_ms();
    if (now >= s->kill_deadline) {
        s->kill_deadline = NEVER;
        (void)kill(s->what->pid, SIGKILL);
    }
}

static int next_timeout(const struct state* s) {
    int64_t at = s->kill_deadline;
    if (s->input_ends && s->what->stdio->to_process >= 0 && phi_buffer_used(&s->input) == 0 &&
        s->input_deadline < at)
        at = s->input_deadline;
    if (s->ended && now_ms() < s->reap_deadline && s->reap_deadline < at) at = s->reap_deadline;
    if (s->ended && s->stall_deadline < at) at = s->stall_deadline;
    if (at == NEVER) return -1;
    const int64_t left = at - now_ms();
    return left < 0 ? 0 : (int)left;
}

static bool finished(const struct state* s) {
    if (!s->ended) return false;
    const int64_t now = now_ms();
    const bool gone = s->childless || now >= s->reap_deadline;
    /* A host that takes nothing gets nothing more, also not what still waits behind a full buffer.
     */
    if (gone && now >= s->stall_deadline) return true;
    const bool silent = s->what->stdio->from_process < 0 || !s->childless;
    const bool flushed = phi_buffer_used(&s->output) == 0 || s->console < 0;
    return gone && silent && flushed;
}

enum slot { slot_signals, slot_agent, slot_console, slot_to, slot_from, slots };

/* Nothing to read and nobody there: poll would return for ever. */
static bool hung_up(const struct pollfd* fd) {
    return (fd->revents & (POLLHUP | POLLERR | POLLNVAL)) != 0 && (fd->revents & POLLIN) == 0;
}

/* One turn: waits for something to happen and does it. A descriptor of -1 is passed over by poll.
 */
static void turn(struct state* s) {
    const struct phi_stdio* stdio = s->what->stdio;
    struct pollfd fds[slots] = {
        [slot_signals] = {s->signals, POLLIN, 0},
        [slot_agent] = {s->agent, POLLIN, 0},
        [slot_console] = {s->console, 0, 0},
        [slot_to] = {phi_buffer_used(&s->input) > 0 ? stdio->to_process : -1, POLLOUT, 0},
        [slot_from] = {phi_buffer_full(&s->output) ? -1 : stdio->from_process, POLLIN, 0},
    };
    if (!phi_buffer_full(&s->input)) fds[slot_console].events |= POLLIN;
    if (phi_buffer_used(&s->output) > 0) fds[slot_console].events |= POLLOUT;
    if (fds[slot_console].events == 0) fds[slot_console].fd = -1;
    (void)poll(fds, slots, next_timeout(s));
    if (fds[slot_console].revents & POLLOUT) write_console(s);
    if (fds[slot_console].revents & POLLIN) read_console(s);
    if (fds[slot_to].revents != 0 && phi_buffer_flush(&s->input, stdio->to_process) == phi_io_ended)
        close_input(s);
    if (fds[slot_from].revents != 0) read_process(s);
    if (fds[slot_agent].revents & POLLIN) read_agent(s);
    if (hung_up(&fds[slot_agent])) s->agent = -1;
    if (hung_up(&fds[slot_console])) s->console = -1;
    if (fds[slot_signals].revents & POLLIN) reap(s);
    act_on_time(s);
    check_input_end(s);
}

int phi_supervise(const struct phi_supervised* what) {
    struct state s = {
        .what = what,
        .console = what->console,
        .agent = what->agent->fd,
        .input = {.limit = input_limit},
        .output = {.limit = output_limit},
        .input_deadline = NEVER,
        .kill_deadline = NEVER,
        .reap_deadline = NEVER,
        .stall_deadline = NEVER,
    };
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    s.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (what->stdio->child_in != what->stdio->child_out) close(what->stdio->child_in);
    reap(&s);
    while (!finished(&s)) turn(&s);
    if (s.console >= 0) phi_tty_drain(s.console, drain_s);
    return s.status;
}
