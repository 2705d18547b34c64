/* SPDX-License-Identifier: Apache-2.0 */
#include "supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "console.h"
#include "fields.h"
#include "sessions.h"
#include "tty.h"

enum {
    term_grace_ms = 5000,    /* between SIGTERM and SIGKILL at SHUTDOWN */
    reap_patience_ms = 5000, /* for killed processes that do not go */
    output_stall_ms = 30000, /* for a host that does not read the last output */
    farewell_ms = 1000,      /* for one that does not read the end of the sessions */
    drain_s = 5,
};

struct state {
    const struct phi_supervised* what;
    int signals; /* signalfd for SIGCHLD */
    struct phi_console console;
    struct phi_link agent; /* its fd is -1 when the host has hung up */
    struct phi_lane* lane;
    struct phi_sessions sessions;
    int64_t kill_deadline, reap_deadline;
    bool ended, childless;
    int status;
};

/* ---- what the host asks for ---------------------------------------------------------------- */

static void begin_shutdown(struct state* s) {
    if (s->ended || s->kill_deadline != PHI_NEVER) return;
    (void)kill(s->what->pid, SIGTERM);
    s->kill_deadline = phi_now_ms() + term_grace_ms;
}

static void begin_sessions(struct state* s) {
    if (s->sessions.link == NULL && s->lane->give_up_at == PHI_NEVER) phi_lane_ask(s->lane);
}

static void obey(void* context, const struct phi_frame* frame) {
    struct state* s = context;
    const uint8_t* payload = frame->payload;
    if (frame->type == RUNPHI_AGENT_SIGNAL && frame->length == 1) {
        /* Not after its end: the number may belong to another process by then. */
        if (!s->ended && payload[0] > 0 && payload[0] < NSIG) (void)kill(s->what->pid, payload[0]);
    } else if (frame->type == RUNPHI_AGENT_SHUTDOWN && frame->length == 0) {
        begin_shutdown(s);
    } else if (frame->type == RUNPHI_AGENT_RESIZE && frame->length == 4) {
        if (s->what->terminal)
            phi_stdio_resize(s->what->stdio, phi_u16(payload), phi_u16(payload + 2));
    } else if (frame->type == RUNPHI_AGENT_EOF && frame->length == 8) {
        phi_console_end_input(&s->console, phi_number(payload, 8));
    } else if (frame->type == RUNPHI_AGENT_SESSIONS && frame->length == 1) {
        if (payload[0] >= RUNPHI_AGENT_VERSION_SESSIONS) begin_sessions(s);
    } else if (frame->type == RUNPHI_AGENT_ANSWER && frame->length >= 4) {
        phi_lookups_answer(s->what->lookups, phi_u32(payload), payload + 4, frame->length - 4U);
    } else {
        phi_sessions_take(&s->sessions, frame);
    }
}

/* The lane is open, or there will be none: the answer goes over the channel that it names. */
static void open_sessions(struct state* s) {
    const uint8_t version = RUNPHI_AGENT_VERSION;
    if (s->sessions.link != NULL) return;
    s->sessions.link = s->lane->link.fd >= 0 ? &s->lane->link : &s->agent;
    phi_link_queue(s->sessions.link, RUNPHI_AGENT_READY, &version, sizeof version);
}

/* ---- the end of processes ------------------------------------------------------------------ */

static void begin_end(struct state* s, int status) {
    s->ended = true;
    s->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    s->kill_deadline = PHI_NEVER;
    s->reap_deadline = phi_now_ms() + reap_patience_ms;
    s->sessions.closed = true;
    s->what->lookups->servers = 0;
    (void)kill(-1, SIGKILL);
    phi_console_process_ended(&s->console);
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
        if (pid == s->what->pid && !s->ended)
            begin_end(s, status);
        else
            phi_sessions_reap(&s->sessions, pid, status);
    }
}

static void act_on_time(struct state* s) {
    const int64_t now = phi_now_ms();
    if (now >= s->kill_deadline) {
        s->kill_deadline = PHI_NEVER;
        (void)kill(s->what->pid, SIGKILL);
    }
    if (now >= s->lane->try_at && phi_lane_try(s->lane)) open_sessions(s);
}

static bool finished(const struct state* s) {
    if (!s->ended) return false;
    const int64_t now = phi_now_ms();
    const bool gone = s->childless || now >= s->reap_deadline;
    /* A host that takes nothing gets nothing more, also not what still waits behind a full buffer.
     */
    if (gone && now >= s->console.moved_at + output_stall_ms) return true;
    const bool silent = s->what->stdio->from_process < 0 || !s->childless;
    return gone && silent && phi_console_flushed(&s->console);
}

/* ---- one turn ------------------------------------------------------------------------------ */

enum slot {
    slot_signals,
    slot_agent,
    slot_lane,
    slot_console,
    slot_sessions = slot_console + phi_console_slots,
    slot_lookups = slot_sessions + phi_sessions_slots,
    slots = slot_lookups + phi_lookups_slots,
};

static int next_timeout(const struct state* s) {
    const int64_t now = phi_now_ms();
    int64_t at = phi_earlier(s->kill_deadline, phi_console_deadline(&s->console));
    at = phi_earlier(at, s->lane->try_at);
    if (s->ended && now < s->reap_deadline) at = phi_earlier(at, s->reap_deadline);
    if (s->ended) at = phi_earlier(at, s->console.moved_at + output_stall_ms);
    if (at == PHI_NEVER) return -1;
    return at <= now ? 0 : (int)(at - now);
}

static struct pollfd link_slot(const struct phi_link* link) {
    const int events = phi_buffer_used(&link->queue) > 0 ? POLLIN | POLLOUT : POLLIN;
    return (struct pollfd){link->fd, (short)events, 0};
}

static bool handle_link(struct state* s, struct phi_link* link, const struct pollfd* slot) {
    if (slot->revents & POLLOUT) phi_link_flush(link);
    if (slot->revents & POLLIN) return phi_link_read(link, obey, s);
    return (slot->revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
}

/* Waits for something to happen and does it. A descriptor of -1 is passed over by poll. */
static void turn(struct state* s) {
    static struct pollfd fds[slots];
    fds[slot_signals] = (struct pollfd){s->signals, POLLIN, 0};
    fds[slot_agent] = link_slot(&s->agent);
    fds[slot_lane] = link_slot(&s->lane->link);
    if (s->lane->try_at != PHI_NEVER) fds[slot_lane].fd = -1;
    phi_console_poll(&s->console, fds + slot_console);
    phi_sessions_poll(&s->sessions, fds + slot_sessions);
    phi_lookups_poll(s->what->lookups, &s->agent, fds + slot_lookups);
    (void)poll(fds, slots, next_timeout(s));
    phi_console_handle(&s->console, fds + slot_console);
    if (!handle_link(s, &s->agent, &fds[slot_agent])) s->agent.fd = -1;
    if (!handle_link(s, &s->lane->link, &fds[slot_lane])) phi_lane_hung_up(s->lane);
    if (fds[slot_signals].revents & POLLIN) reap(s);
    act_on_time(s);
    phi_sessions_handle(&s->sessions, fds + slot_sessions);
    phi_lookups_handle(s->what->lookups, &s->agent, fds + slot_lookups);
}

int phi_supervise(const struct phi_supervised* what) {
    static struct state s;
    s.what = what;
    s.lane = what->lane;
    s.sessions.early = what->early;
    s.kill_deadline = s.reap_deadline = PHI_NEVER;
    phi_console_begin(&s.console, what->console, what->stdio, what->terminal);
    phi_link_begin(&s.agent, what->agent);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    s.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (!what->terminal) {
        close(what->stdio->child_in);
        what->stdio->child_in = -1;
    }
    reap(&s);
    while (!finished(&s)) turn(&s);
    phi_sessions_end(&s.sessions, farewell_ms);
    phi_link_drain(&s.agent, farewell_ms);
    if (s.console.fd >= 0) phi_tty_drain(s.console.fd, drain_s);
    return s.status;
}
