/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtnetlink, as far as a container's network needs it: one message built, sent and acknowledged, or
 * a table read. For backends that join a guest to a network namespace, and for phi-init. C11 and
 * C++; every function is inline, and nothing is allocated.
 *
 * A socket belongs to the network namespace in which it was opened, whatever its process does
 * later. Layouts: linux/netlink.h, linux/rtnetlink.h; rtnetlink(7).
 */
#ifndef RUNPHI_NETLINK_H
#define RUNPHI_NETLINK_H

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

/* NOLINTBEGIN(modernize-use-nullptr): it is C. */

#define RUNPHI_NL_MESSAGE_MAX 4096
/* What the kernel puts into one datagram of a dump is at most this. */
#define RUNPHI_NL_DATAGRAM_MAX 65536

/* ---- building ---------------------------------------------------------------------------------
 */

struct runphi_nl_message {
    uint32_t words[RUNPHI_NL_MESSAGE_MAX / 4]; /* begins with a struct nlmsghdr */
    uint32_t length;                           /* bytes so far, padded to 4 */
    bool full; /* something did not fit; the message will not be sent */
};

static inline struct nlmsghdr* runphi_nl_header(struct runphi_nl_message* message) {
    return (struct nlmsghdr*)(void*)message->words;
}

/* Room for `size` zeroed bytes at the end; NULL if there is not enough. */
static inline void* runphi_nl_reserve(struct runphi_nl_message* message, size_t size) {
    const size_t padded = (size + 3) & ~(size_t)3;
    if (message->full || padded > sizeof message->words - message->length) {
        message->full = true;
        return NULL;
    }
    uint8_t* at = (uint8_t*)message->words + message->length;
    memset(at, 0, padded);
    message->length += (uint32_t)padded;
    return at;
}

/* Begins a message with its fixed part, e.g. a struct ifinfomsg. */
static inline void runphi_nl_begin(struct runphi_nl_message* message, unsigned type, unsigned flags,
                                   const void* body, size_t size) {
    message->length = 0;
    message->full = false;
    struct nlmsghdr* header = (struct nlmsghdr*)runphi_nl_reserve(message, sizeof(struct nlmsghdr));
    header->nlmsg_type = (uint16_t)type;
    header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    void* at = runphi_nl_reserve(message, size);
    if (at != NULL) memcpy(at, body, size);
}

static inline void runphi_nl_put(struct runphi_nl_message* message, unsigned type, const void* data,
                                 size_t size) {
    struct nlattr* attribute =
        size > RUNPHI_NL_MESSAGE_MAX
            ? NULL
            : (struct nlattr*)runphi_nl_reserve(message, sizeof(struct nlattr) + size);
    if (attribute == NULL) {
        message->full = true;
        return;
    }
    attribute->nla_type = (uint16_t)type;
    attribute->nla_len = (uint16_t)(sizeof(struct nlattr) + size);
    if (size > 0) memcpy(attribute + 1, data, size);
}
static inline void runphi_nl_put_u32(struct runphi_nl_message* message, unsigned type,
                                     uint32_t value) {
    runphi_nl_put(message, type, &value, sizeof value);
}
static inline void runphi_nl_put_u8(struct runphi_nl_message* message, unsigned type,
                                    uint8_t value) {
    runphi_nl_put(message, type, &value, sizeof value);
}
static inline void runphi_nl_put_text(struct runphi_nl_message* message, unsigned type,
                                      const char* text) {
    runphi_nl_put(message, type, text, strlen(text) + 1);
}

/* An attribute that holds others: what is put until the matching runphi_nl_close is inside. */
static inline uint32_t runphi_nl_open(struct runphi_nl_message* message, unsigned type) {
    const uint32_t at = message->length;
    runphi_nl_put(message, type | NLA_F_NESTED, NULL, 0);
    return at;
}
static inline void runphi_nl_close(struct runphi_nl_message* message, uint32_t opened) {
    if (message->full) return;
    struct nlattr* attribute = (struct nlattr*)(void*)((uint8_t*)message->words + opened);
    attribute->nla_len = (uint16_t)(message->length - opened);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* Attributes of a message or of a nested attribute, by their type; NULL where there is none. */
static inline void runphi_nl_index(const void* first, size_t length, const struct nlattr** table,
                                   unsigned count) {
    const uint8_t* at = (const uint8_t*)first;
    for (unsigned i = 0; i < count; ++i) table[i] = NULL;
    while (length >= sizeof(struct nlattr)) {
        const struct nlattr* attribute = (const struct nlattr*)(const void*)at;
        if (attribute->nla_len < sizeof *attribute || attribute->nla_len > length) return;
        const unsigned type = attribute->nla_type & (unsigned)NLA_TYPE_MASK;
        if (type < count) table[type] = attribute;
        const size_t step = ((size_t)attribute->nla_len + 3) & ~(size_t)3;
        if (step >= length) return;
        at += step;
        length -= step;
    }
}

/* The same for what follows the fixed part of a message. */
static inline void runphi_nl_index_message(const struct nlmsghdr* header, size_t body,
                                           const struct nlattr** table, unsigned count) {
    const size_t skip = sizeof *header + ((body + 3) & ~(size_t)3);
    const size_t length = header->nlmsg_len > skip ? header->nlmsg_len - skip : 0;
    runphi_nl_index((const uint8_t*)header + skip, length, table, count);
}

/* The fixed part of a message; NULL if the message is too short for it. */
static inline const void* runphi_nl_body(const struct nlmsghdr* header, size_t size) {
    return header->nlmsg_len >= sizeof *header + size ? header + 1 : NULL;
}

static inline const void* runphi_nl_data(const struct nlattr* attribute) {
    return attribute + 1;
}
static inline size_t runphi_nl_size(const struct nlattr* attribute) {
    return attribute == NULL ? 0 : (size_t)attribute->nla_len - sizeof *attribute;
}
static inline uint32_t runphi_nl_u32(const struct nlattr* attribute, uint32_t otherwise) {
    uint32_t value = otherwise;
    if (runphi_nl_size(attribute) >= sizeof value)
        memcpy(&value, runphi_nl_data(attribute), sizeof value);
    return value;
}

/* ---- talking to the kernel --------------------------------------------------------------------
 */

struct runphi_nl_socket {
    int fd; /* -1: none */
    uint32_t sequence;
};

/* 0 or a negative errno. */
static inline int runphi_nl_connect(struct runphi_nl_socket* out) {
    out->sequence = 0;
    out->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    return out->fd < 0 ? -errno : 0;
}
static inline void runphi_nl_disconnect(struct runphi_nl_socket* at) {
    if (at->fd >= 0) close(at->fd);
    at->fd = -1;
}

/* Called for each message of an answer; false ends the reading. */
typedef bool (*runphi_nl_handler)(const struct nlmsghdr* message, void* context);

static inline int runphi_nl_send(struct runphi_nl_socket* to, struct runphi_nl_message* message) {
    if (message->full) return -EMSGSIZE;
    struct nlmsghdr* header = runphi_nl_header(message);
    header->nlmsg_len = message->length;
    header->nlmsg_seq = ++to->sequence;
    ssize_t sent;
    do sent = send(to->fd, message->words, message->length, 0);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : 0;
}

/* One datagram's messages. 1: more is to come; 0: the answer is whole; else a negative errno. */
static inline int runphi_nl_walk(const struct runphi_nl_socket* from, const uint8_t* bytes,
                                 size_t length, runphi_nl_handler handler, void* context) {
    while (length >= sizeof(struct nlmsghdr)) {
        const struct nlmsghdr* header = (const struct nlmsghdr*)(const void*)bytes;
        if (header->nlmsg_len < sizeof *header || header->nlmsg_len > length) return -EBADMSG;
        if (header->nlmsg_seq == from->sequence) {
            /* The table changed while it was read: it must be read again. */
            if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0) return -EAGAIN;
            if (header->nlmsg_type == NLMSG_ERROR) {
                const struct nlmsgerr* error =
                    (const struct nlmsgerr*)runphi_nl_body(header, sizeof(struct nlmsgerr));
                return error == NULL ? -EBADMSG : error->error;
            }
            if (header->nlmsg_type == NLMSG_DONE) return 0;
            if (handler != NULL && !handler(header, context)) return -ECANCELED;
        }
        const size_t step = ((size_t)header->nlmsg_len + 3) & ~(size_t)3;
        if (step >= length) break;
        bytes += step;
        length -= step;
    }
    return 1;
}

/* Sends a message and hears the whole answer: the acknowledgement of a change (build it with
 * NLM_F_ACK), the rows of a table (NLM_F_DUMP), or one row (neither). 0 or a negative errno;
 * -EAGAIN: the table changed meanwhile, ask again; -ECANCELED: the handler wanted no more. `buffer`
 * has RUNPHI_NL_DATAGRAM_MAX bytes and is aligned to 4. */
static inline int runphi_nl_ask(struct runphi_nl_socket* at, struct runphi_nl_message* message,
                                void* buffer, runphi_nl_handler handler, void* context) {
    const bool one_row = (runphi_nl_header(message)->nlmsg_flags & (NLM_F_ACK | NLM_F_DUMP)) == 0;
    int result = runphi_nl_send(at, message);
    if (result != 0) return result;
    do {
        const ssize_t got = recv(at->fd, buffer, RUNPHI_NL_DATAGRAM_MAX, 0);
        if (got < 0 && errno == EINTR) {
            result = 1;
            continue;
        }
        if (got < 0) return -errno;
        result = runphi_nl_walk(at, (const uint8_t*)buffer, (size_t)got, handler, context);
    } while (result == 1 && !one_row);
    return result > 0 ? 0 : result;
}

/* NOLINTEND(modernize-use-nullptr) */

#ifdef __cplusplus
}
#endif

#endif
