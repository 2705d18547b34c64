/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fields.h"
#include "statistics.h"
#include "workload.h"

enum slot { slot_report, slot_in, slot_out, slot_err };

static uint32_t cost_of(size_t bytes) {
    return bytes < RUNPHI_AGENT_FRAME_COST ? RUNPHI_AGENT_FRAME_COST : (uint32_t)bytes;
}

enum { terminal_holds = 64 << 10 };

static void fail(struct phi_session* s) {
    s->state = phi_session_failed;
    phi_stdio_close(&s->stdio);
}

void phi_session_open(struct phi_session* s, uint32_t id, uint32_t length) {
    *s = (struct phi_session){
        .state = phi_session_described,
        .id = id,
        .length = length,
        .stdio = {-1, -1, -1, -1, -1, -1},
        .report = -1,
        .input = {.limit = RUNPHI_AGENT_WINDOW},
        .credit = {0, RUNPHI_AGENT_WINDOW, RUNPHI_AGENT_WINDOW},
        .left = {0, UINT32_MAX, UINT32_MAX},
    };
    if (length == 0 || length > RUNPHI_AGENT_DESCRIPTION_MAX) {
        phi_fail(&s->failure, PHI_STATUS_SETUP, "a process of %u bytes: expected 1 to %u", length,
                 RUNPHI_AGENT_DESCRIPTION_MAX);
        fail(s);
        return;
    }
    s->description = malloc(length);
    if (s->description != NULL) return;
    phi_fail(&s->failure, PHI_STATUS_SETUP, "out of memory");
    fail(s);
}

void phi_session_ask(struct phi_session* s, uint32_t id) {
    *s = (struct phi_session){
        .state = phi_session_asked, .id = id, .stdio = {-1, -1, -1, -1, -1, -1}, .report = -1};
}

/* ---- the process -------------------------------------------------------------------------- */

static void start(struct phi_session* s, const struct phi_early* early) {
    struct phi_config config;
    if (phi_config_parse(s->description, s->length, &config, &s->failure) &&
        phi_stdio_open(&config, phi_stderr_apart, &s->stdio, &s->failure)) {
        s->terminal = config.terminal;
        s->copies = config.copy != phi_copy_none;
        s->pid = phi_workload_spawn(early, &config, &s->stdio, &s->report, &s->failure);
    }
    /* The process has its copy of both. */
    phi_config_free(&config);
    free(s->description);
    s->description = NULL;
    if (s->pid == 0) {
        fail(s);
        return;
    }
    s->state = phi_session_starting;
    s->alive = true;
    /* A terminal's other end stays open, so that it does not hang up between two users of it. */
    if (!s->terminal) phi_stdio_close_child(&s->stdio);
}

static void take_report(struct phi_session* s) {
    phi_workload_report(s->report, &s->failure);
    s->report = -1;
    if (s->failure.status != 0)
        fail(s);
    else
        s->state = phi_session_running;
}

/* Other processes may hold on to its stdout and write for ever. */
static uint32_t waiting_in(int fd, bool terminal) {
    int count = 0;
    /* A terminal does not count what is between its two ends. */
    if (terminal) return terminal_holds;
    return fd >= 0 && ioctl(fd, FIONREAD, &count) == 0 ? (uint32_t)count : 0;
}

void phi_session_reap(struct phi_session* s, int wait_status) {
    s->alive = false;
    s->status = WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
    /* What it reported is all there by now. */
    if (s->report >= 0) take_report(s);
    if (s->state == phi_session_failed) return;
    s->state = phi_session_reaped;
    s->left[RUNPHI_AGENT_STDOUT] = waiting_in(s->stdio.from_process, s->terminal);
    s->left[RUNPHI_AGENT_STDERR] = waiting_in(s->stdio.errors, s->terminal);
    phi_stdio_close_input(&s->stdio);
    phi_stdio_close_child(&s->stdio);
}

void phi_session_hurry(struct phi_session* s) {
    s->left[RUNPHI_AGENT_STDOUT] = s->left[RUNPHI_AGENT_STDERR] = 0;
}

void phi_session_drop(struct phi_session* s) {
    if (s->alive && !s->copies) (void)kill(s->pid, SIGKILL);
    if (s->report >= 0) close(s->report);
    phi_stdio_close(&s->stdio);
    free(s->description);
    free(s->input.bytes);
    *s = (struct phi_session){.state = phi_session_free};
}

/* ---- from the host ------------------------------------------------------------------------ */

static void describe(struct phi_session* s, const struct phi_early* early, const uint8_t* bytes,
                     size_t count) {
    if (s->state != phi_session_described || count > s->length - s->have) return;
    memcpy(s->description + s->have, bytes, count);
    s->have += (uint32_t)count;
    if (s->have == s->length) start(s, early);
}

static void close_input_if_done(struct phi_session* s) {
    /* The end of the input closes a pipe. A terminal has no end. */
    if (s->input_ends && !s->terminal && phi_buffer_used(&s->input) == 0)
        phi_stdio_close_input(&s->stdio);
}

/* A host that sends more than its window loses it. */
static void take_input(struct phi_session* s, const uint8_t* bytes, size_t count) {
    if (count == 0) {
        s->input_ends = true;
        close_input_if_done(s);
        return;
    }
    const uint32_t cost = cost_of(count);
    if (s->input_ends || cost > RUNPHI_AGENT_WINDOW - s->input_charged) return;
    s->input_charged += cost;
    /* Beside the bytes there is nothing to hold of a small frame. */
    if (s->stdio.to_process >= 0 || s->state == phi_session_described)
        (void)phi_buffer_append(&s->input, bytes, count);
}

static void take_credit(struct phi_session* s, const uint8_t* fields) {
    const uint8_t stream = fields[0];
    const uint32_t units = phi_u32(fields + 1);
    if (stream != RUNPHI_AGENT_STDOUT && stream != RUNPHI_AGENT_STDERR) return;
    const uint32_t room = RUNPHI_AGENT_WINDOW - s->credit[stream];
    s->credit[stream] += units < room ? units : room;
}

void phi_session_take(struct phi_session* s, const struct phi_early* early, uint8_t type,
                      const uint8_t* fields, size_t length) {
    if (type == RUNPHI_AGENT_DESCRIBE) {
        describe(s, early, fields, length);
    } else if (type == RUNPHI_AGENT_DATA && length >= 1 && fields[0] == RUNPHI_AGENT_STDIN) {
        take_input(s, fields + 1, length - 1);
    } else if (type == RUNPHI_AGENT_CREDIT && length == 5) {
        take_credit(s, fields);
    } else if (type == RUNPHI_AGENT_SESSION_SIGNAL && length == 1) {
        if (s->alive && fields[0] > 0 && fields[0] < NSIG) (void)kill(s->pid, fields[0]);
    } else if (type == RUNPHI_AGENT_SESSION_RESIZE && length == 4) {
        if (s->terminal) phi_stdio_resize(&s->stdio, phi_u16(fields), phi_u16(fields + 2));
    } else if (type == RUNPHI_AGENT_CLOSE && length == 0) {
        phi_session_drop(s);
    }
}

/* ---- its bytes ---------------------------------------------------------------------------- */

static bool may_send(const struct phi_session* s, int stream) {
    return s->credit[stream] >= RUNPHI_AGENT_FRAME_COST;
}

void phi_session_poll(const struct phi_session* s, bool link_has_room, struct pollfd* slots) {
    const bool runs = s->state == phi_session_running;
    const bool out = runs && link_has_room && may_send(s, RUNPHI_AGENT_STDOUT);
    const bool err = runs && link_has_room && may_send(s, RUNPHI_AGENT_STDERR);
    slots[slot_report] = (struct pollfd){s->report, POLLIN, 0};
    slots[slot_in] =
        (struct pollfd){phi_buffer_used(&s->input) > 0 ? s->stdio.to_process : -1, POLLOUT, 0};
    slots[slot_out] = (struct pollfd){out ? s->stdio.from_process : -1, POLLIN, 0};
    slots[slot_err] = (struct pollfd){err ? s->stdio.errors : -1, POLLIN, 0};
}

/* What has been handed on, or will never be, is owed to the host in units. */
static void settle_input(struct phi_session* s) {
    if (s->stdio.to_process < 0 && s->state != phi_session_described)
        s->input.begin = s->input.end = 0;
    if (phi_buffer_used(&s->input) > 0) return;
    s->input_owed += s->input_charged;
    s->input_charged = 0;
}

void phi_session_handle(struct phi_session* s, const struct pollfd* slots) {
    if (slots[slot_report].revents != 0 && s->report >= 0) take_report(s);
    if (slots[slot_in].revents != 0 &&
        phi_buffer_flush(&s->input, s->stdio.to_process) == phi_io_ended)
        phi_stdio_close_input(&s->stdio);
    if (slots[slot_out].revents != 0) s->readable[RUNPHI_AGENT_STDOUT] = true;
    if (slots[slot_err].revents != 0) s->readable[RUNPHI_AGENT_STDERR] = true;
    close_input_if_done(s);
    settle_input(s);
}

/* ---- to the host -------------------------------------------------------------------------- */

static void queue(const struct phi_session* s, struct phi_link* link, uint8_t type,
                  const void* fields, size_t length) {
    uint8_t payload[RUNPHI_AGENT_PAYLOAD_MAX];
    phi_put_u32(payload, s->id);
    memcpy(payload + 4, fields, length);
    phi_link_queue(link, type, payload, 4 + length);
}

static bool send_started(struct phi_session* s, struct phi_link* link) {
    const bool due = s->state == phi_session_running || s->state == phi_session_reaped;
    if (s->started_told || !due) return false;
    uint8_t pid[4];
    phi_put_u32(pid, (uint32_t)s->pid);
    queue(s, link, RUNPHI_AGENT_STARTED, pid, sizeof pid);
    return s->started_told = true;
}

/* In pieces of at least half a window: the host has the other half meanwhile. */
static bool send_credit(struct phi_session* s, struct phi_link* link) {
    if (s->input_owed < RUNPHI_AGENT_WINDOW / 2) return false;
    uint8_t fields[5] = {RUNPHI_AGENT_STDIN};
    phi_put_u32(fields + 1, s->input_owed);
    queue(s, link, RUNPHI_AGENT_CREDIT, fields, sizeof fields);
    s->input_owed = 0;
    return true;
}

static bool send_stream(struct phi_session* s, struct phi_link* link, uint8_t stream, int* fd) {
    uint8_t fields[1 + RUNPHI_AGENT_DATA_MAX] = {stream};
    size_t most = RUNPHI_AGENT_DATA_MAX;
    if (most > s->credit[stream]) most = s->credit[stream];
    if (most > s->left[stream]) most = s->left[stream];
    const bool ready = s->readable[stream] || s->state == phi_session_reaped;
    if (*fd < 0 || !ready || !may_send(s, stream) || most == 0) return false;
    const ssize_t got = read(*fd, fields + 1, most);
    s->readable[stream] = false;
    if (got <= 0) {
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
        if (fd == &s->stdio.from_process)
            phi_stdio_close_output(&s->stdio);
        else
            phi_stdio_close_errors(&s->stdio);
        return false;
    }
    s->credit[stream] -= cost_of((size_t)got);
    if (s->state == phi_session_reaped) s->left[stream] -= (uint32_t)got;
    queue(s, link, RUNPHI_AGENT_DATA, fields, 1 + (size_t)got);
    return true;
}

/* Out of credit, a process that has ended still has something to say. */
static bool waits_for_credit(const struct phi_session* s) {
    const bool out = s->left[RUNPHI_AGENT_STDOUT] > 0 && !may_send(s, RUNPHI_AGENT_STDOUT);
    const bool err = s->left[RUNPHI_AGENT_STDERR] > 0 && !may_send(s, RUNPHI_AGENT_STDERR);
    struct pollfd more[2] = {{out ? s->stdio.from_process : -1, POLLIN, 0},
                             {err ? s->stdio.errors : -1, POLLIN, 0}};
    return poll(more, 2, 0) > 0 && ((more[0].revents | more[1].revents) & POLLIN) != 0;
}

static bool send_figures(struct phi_session* s, const struct phi_early* early,
                         struct phi_link* link) {
    char text[RUNPHI_AGENT_PAYLOAD_MAX - 4];
    queue(s, link, RUNPHI_AGENT_STATISTICS, text, phi_statistics(early, text, sizeof text));
    phi_session_drop(s);
    return true;
}

static bool send_end(struct phi_session* s, struct phi_link* link) {
    uint8_t fields[1 + sizeof s->failure.text];
    size_t length = 1;
    if (s->state == phi_session_failed) {
        fields[0] = (uint8_t)s->failure.status;
        length += strlen(s->failure.text);
        memcpy(fields + 1, s->failure.text, length - 1);
        queue(s, link, RUNPHI_AGENT_FAILED, fields, length);
    } else if (s->state == phi_session_reaped && !waits_for_credit(s)) {
        fields[0] = (uint8_t)s->status;
        queue(s, link, RUNPHI_AGENT_EXITED, fields, length);
    } else {
        return false;
    }
    phi_session_drop(s);
    return true;
}

bool phi_session_send(struct phi_session* s, const struct phi_early* early, struct phi_link* link) {
    if (s->state == phi_session_free) return false;
    if (s->state == phi_session_asked) return send_figures(s, early, link);
    if (send_started(s, link) || send_credit(s, link)) return true;
    if (s->started_told && (send_stream(s, link, RUNPHI_AGENT_STDOUT, &s->stdio.from_process) ||
                            send_stream(s, link, RUNPHI_AGENT_STDERR, &s->stdio.errors)))
        return true;
    return send_end(s, link);
}
