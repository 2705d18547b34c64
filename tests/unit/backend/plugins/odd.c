/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plugin in C, with one thing wrong in each of its builds (see CMakeLists.txt). Without any of
 * those it is right, and does as the partition's name says: "bad-state", "closed-fd" and so on, for
 * the adapter must survive every answer.
 */
#include <fcntl.h>
#include <runphi/abi.h>
#include <stdlib.h>
#include <string.h>

#ifndef ODD_MAGIC
#define ODD_MAGIC RUNPHI_ENTRY_MAGIC
#endif
#ifndef ODD_MAJOR
#define ODD_MAJOR RUNPHI_ABI_MAJOR
#endif
#ifndef ODD_MINOR
#define ODD_MINOR RUNPHI_ABI_MINOR
#endif
#ifndef ODD_SIZE
#define ODD_SIZE sizeof(struct runphi_plugin)
#endif
#ifndef ODD_ID
#define ODD_ID "odd"
#endif
#ifndef ODD_TABLE_SIZE
#define ODD_TABLE_SIZE sizeof(struct runphi_lifecycle)
#endif
#ifndef ODD_MISSING
#define ODD_MISSING ""
#endif
#ifndef ODD_KILL
#define ODD_KILL act
#endif

typedef const struct runphi_host* host_t;
typedef const struct runphi_partition* partition_t;
typedef struct runphi_error* error_t;

static int is(partition_t partition, const char* name) {
    return strcmp(partition->name, name) == 0;
}

static runphi_result write_text(const struct runphi_sink* sink, const char* text) {
    return sink->write(sink->ctx, text, strlen(text));
}

static runphi_result probe(host_t host, struct runphi_probe* out, error_t error) {
    (void)host;
    (void)error;
    out->present = strstr(host->settings, "\"present\":2") != NULL ? 2 : 1;
    if (strstr(host->settings, "absent") != NULL) out->present = 0;
    out->capabilities = RUNPHI_CAP_CONSOLE;
    memset(out->version, 'v', sizeof out->version); /* not terminated */
    strcpy(out->reason, "it was looked for");
    return RUNPHI_OK;
}

static runphi_result inventory(host_t host, const struct runphi_sink* board, error_t error) {
    (void)host;
    (void)error;
    return write_text(board, "[1]");
}

static runphi_result stage(host_t host, const struct runphi_planning* in,
                           const struct runphi_sink* part, error_t error) {
    (void)host;
    (void)error;
    return part->write(part->ctx, in->plan.data, in->plan.len);
}

/* 70,000 bytes, and what the host says to them is ignored. */
static void write_too_much(const struct runphi_sink* sink) {
    char block[7000];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 10; ++i) (void)sink->write(sink->ctx, block, sizeof block);
}

static runphi_result create(host_t host, partition_t partition, const struct runphi_image* images,
                            uint32_t n_images, const struct runphi_sink* handle, error_t error) {
    (void)host;
    (void)images;
    (void)n_images;
    (void)error;
    if (is(partition, "huge-handle")) write_too_much(handle);
    return RUNPHI_OK;
}

static runphi_result act(host_t host, partition_t partition, error_t error) {
    (void)host;
    if (is(partition, "silent")) return RUNPHI_HYPERVISOR;
    if (is(partition, "bad-code")) return 99;
    if (is(partition, "unterminated")) {
        memset(error->message, 'm', sizeof error->message);
        memset(error->hint, 'h', sizeof error->hint);
        return RUNPHI_BUSY;
    }
    if (is(partition, "no-utf8")) {
        strcpy(error->message, "bad \xff byte");
        return RUNPHI_IO;
    }
    return RUNPHI_OK;
}

static runphi_result query(host_t host, partition_t partition, struct runphi_query* out,
                           error_t error) {
    (void)host;
    (void)error;
    out->state = is(partition, "bad-state") ? 6 : RUNPHI_STATE_STOPPED;
    out->has_exit = is(partition, "bad-exit");
    out->exit_status = 256;
    memset(out->detail, 'd', sizeof out->detail);
    return RUNPHI_OK;
}

static runphi_result descriptor(host_t host, partition_t partition, int32_t* fd, error_t error) {
    (void)host;
    (void)error;
    if (is(partition, "no-fd")) return RUNPHI_OK;
    *fd =
        is(partition, "closed-fd") ? 1000000 : open("/dev/null", O_RDONLY); /* not close-on-exec */
    return RUNPHI_OK;
}

static runphi_result event(host_t host, partition_t partition, int32_t fd, struct runphi_query* out,
                           error_t error) {
    (void)fd;
    return query(host, partition, out, error);
}

static runphi_result list(host_t host, const struct runphi_sink* out, error_t error) {
    (void)host;
    (void)error;
    return write_text(out, "[{\"name\": \"a\", \"state\": \"melted\"}]");
}

static const struct runphi_detect detect = {sizeof detect, 0, probe, inventory};
static const struct runphi_resources resources = {
    sizeof resources, 0, stage, stage, stage, stage, stage, stage, stage, stage};
static const struct runphi_lifecycle lifecycle = {
    ODD_TABLE_SIZE, 0,          create, act,  act,  act, act, ODD_KILL, act,
    query,          descriptor, event,  list, NULL, NULL};
static const struct runphi_channel channel = {sizeof channel, 0, descriptor, descriptor};

static const void* get_interface(const char* name) {
#ifdef ODD_MUST_NOT_RUN
    abort();
#endif
    if (strcmp(name, ODD_MISSING) == 0) return NULL;
    if (strcmp(name, RUNPHI_DETECT_1) == 0) return &detect;
    if (strcmp(name, RUNPHI_RESOURCES_1) == 0) return &resources;
    if (strcmp(name, RUNPHI_LIFECYCLE_1) == 0) return &lifecycle;
    if (strcmp(name, RUNPHI_CHANNEL_1) == 0) return &channel;
    return NULL;
}

#ifndef ODD_GET_INTERFACE
#define ODD_GET_INTERFACE get_interface
#endif

#ifndef ODD_NO_ENTRY
__attribute__((visibility("default"))) extern const struct runphi_plugin runphi_plugin_entry;
#else
extern const struct runphi_plugin runphi_plugin_entry; /* hidden, like everything else */
#endif
const struct runphi_plugin runphi_plugin_entry = {
    ODD_SIZE, ODD_MAJOR, ODD_MINOR, ODD_MAGIC, ODD_ID, "1.0", "Test", ODD_GET_INTERFACE};
