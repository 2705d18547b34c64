/* SPDX-License-Identifier: Apache-2.0 */
#include "sessions.h"

#include "fields.h"

enum { number_size = 4 };

static struct phi_session* find(struct phi_sessions* sessions, uint32_t id) {
    for (unsigned i = 0; i < RUNPHI_AGENT_SESSIONS_MAX; ++i) {
        struct phi_session* one = &sessions->all[i];
        if (one->state != phi_session_free && one->id == id) return one;
    }
    return NULL;
}

static struct phi_session* find_free(struct phi_sessions* sessions) {
    for (unsigned i = 0; i < RUNPHI_AGENT_SESSIONS_MAX; ++i)
        if (sessions->all[i].state == phi_session_free) return &sessions->all[i];
    return NULL;
}

void phi_sessions_take(struct phi_sessions* sessions, const struct phi_frame* frame) {
    if (sessions->link == NULL || frame->length < number_size) return;
    const uint32_t id = phi_u32(frame->payload);
    const uint8_t* fields = frame->payload + number_size;
    const size_t length = frame->length - (size_t)number_size;
    struct phi_session* known = find(sessions, id);
    if (known != NULL) {
        phi_session_take(known, sessions->early, frame->type, fields, length);
        return;
    }
    struct phi_session* fresh = find_free(sessions);
    if (fresh == NULL || sessions->closed) return;
    if (frame->type == RUNPHI_AGENT_OPEN && length == 4)
        phi_session_open(fresh, id, phi_u32(fields));
    else if (frame->type == RUNPHI_AGENT_STATS && length == 0)
        phi_session_ask(fresh, id);
}

void phi_sessions_poll(const struct phi_sessions* sessions, struct pollfd* slots) {
    const bool room = sessions->link != NULL && phi_link_has_room(sessions->link);
    for (unsigned i = 0; i < RUNPHI_AGENT_SESSIONS_MAX; ++i)
        phi_session_poll(&sessions->all[i], room, slots + i * phi_session_slots);
}

static void send(struct phi_sessions* sessions) {
    unsigned silent = 0;
    while (silent < RUNPHI_AGENT_SESSIONS_MAX && phi_link_has_room(sessions->link)) {
        struct phi_session* one = &sessions->all[sessions->turn];
        sessions->turn = (sessions->turn + 1) % RUNPHI_AGENT_SESSIONS_MAX;
        silent = phi_session_send(one, sessions->early, sessions->link) ? 0 : silent + 1;
    }
}

void phi_sessions_handle(struct phi_sessions* sessions, const struct pollfd* slots) {
    if (sessions->link == NULL) return;
    for (unsigned i = 0; i < RUNPHI_AGENT_SESSIONS_MAX; ++i)
        if (sessions->all[i].state != phi_session_free)
            phi_session_handle(&sessions->all[i], slots + i * phi_session_slots);
    send(sessions);
}

void phi_sessions_reap(struct phi_sessions* sessions, pid_t pid, int wait_status) {
    for (unsigned i = 0; i < RUNPHI_AGENT_SESSIONS_MAX; ++i) {
        struct phi_session* one = &sessions->all[i];
        if (one->state != phi_session_free && one->alive && one->pid == pid)
            phi_session_reap(one, wait_status);
    }
}

void phi_sessions_end(struct phi_sessions* sessions, int patience_ms) {
    if (sessions->link == NULL) return;
    send(sessions);
    for (unsigned i = 0; i < RUNPHI_AGENT_SESSIONS_MAX; ++i) phi_session_hurry(&sessions->all[i]);
    for (unsigned rounds = 0; rounds < RUNPHI_AGENT_SESSIONS_MAX; ++rounds) {
        send(sessions);
        phi_link_drain(sessions->link, patience_ms);
        if (!phi_link_has_room(sessions->link)) return;
    }
}
