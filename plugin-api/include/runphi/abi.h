/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runPHI plugin contract, ABI 1.
 *
 * The one header that the core and a backend share. C11, <stdint.h> and <stddef.h> only: no enum,
 * bool or bit-field in a struct, no C++ type, no JSON library's type. C++ authors include
 * runphi/sdk.hpp.
 *
 * Rules that hold for every function
 *  - Threads: the host calls a plugin from one thread at a time.
 *  - Processes: one process per command. A plugin keeps nothing between two calls; all that it must
 *    remember is in the handle that `create` writes, in the partition's directory, or in the
 * hypervisor.
 *  - Memory: nothing allocated on one side is freed on the other. What a plugin is given is
 * borrowed for the call; what it returns goes through a runphi_sink, which copies.
 *  - Text is UTF-8 and counted, not NUL-terminated, unless a field says otherwise.
 *  - Descriptors given to a plugin are borrowed; descriptors returned by it belong to the host
 *    (with O_CLOEXEC set).
 *  - No exception and no longjmp leaves a plugin.
 *  - `error` is never NULL; it is owned by the caller, zeroed but for `size`, and filled only on
 * failure.
 *  - Every struct begins with its own size. A reader ignores fields beyond the size it was given,
 * and a field that is missing counts as zero. The elements of an array are as far apart as their
 * `size` says. A released interface never changes; a new one gets a new name.
 */
#ifndef RUNPHI_ABI_H
#define RUNPHI_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RUNPHI_ABI_MAJOR 1
#define RUNPHI_ABI_MINOR 0
/* "RUNPHI\0\1" read as a little-endian number. */
#define RUNPHI_ENTRY_MAGIC UINT64_C(0x01004948504e5552)
#define RUNPHI_ENTRY_SYMBOL "runphi_plugin_entry"

/* ---- results ----------------------------------------------------------------------------------
 */

typedef int32_t runphi_result;
#define RUNPHI_OK 0
#define RUNPHI_INVALID 1     /* what the caller asked for makes no sense */
#define RUNPHI_UNSUPPORTED 2 /* it makes sense, but this backend or hypervisor cannot do it */
#define RUNPHI_NO_RESOURCE 3 /* the board, or the host, has not got that much */
#define RUNPHI_BUSY 4        /* somebody else holds it; later it may work */
#define RUNPHI_NOT_FOUND 5
#define RUNPHI_EXISTS 6
#define RUNPHI_DENIED 7
#define RUNPHI_TIMEOUT 8
#define RUNPHI_IO 9
#define RUNPHI_HYPERVISOR 10 /* the hypervisor refused; message has its words */
#define RUNPHI_INTERNAL 11   /* a fault of the plugin itself */

#define RUNPHI_MESSAGE_MAX 1024
#define RUNPHI_HINT_MAX 512

struct runphi_error {
    uint32_t size;
    int32_t sys_errno;                /* 0: none */
    char message[RUNPHI_MESSAGE_MAX]; /* NUL-terminated; names the thing and the value */
    char hint[RUNPHI_HINT_MAX];       /* NUL-terminated; what to do, or empty */
};

/* ---- values that cross ------------------------------------------------------------------------
 */

/* Borrowed bytes; data may be NULL when len is 0. */
struct runphi_bytes {
    const void* data;
    uint64_t len;
};

/* Where a plugin writes a document or a handle. Each call replaces nothing: writes are appended. */
struct runphi_sink {
    uint32_t size;
    uint32_t reserved;
    void* ctx;
    /* Returns RUNPHI_OK, or RUNPHI_NO_RESOURCE when the host's bound for this value is passed. */
    runphi_result (*write)(void* ctx, const void* data, uint64_t len);
};

/* A file that the guest boots from, opened by the host below the container's root file system. */
#define RUNPHI_ROLE_MAX 16
struct runphi_image {
    uint32_t size;
    int32_t fd;                 /* a regular file or a memfd, at create a sealed one; read-only, but
                                   for a disk that the plan calls writable */
    uint64_t length;            /* bytes */
    char role[RUNPHI_ROLE_MAX]; /* NUL-terminated: "inmate", "kernel", "initrd", "dtb", "disk" */
};

/* ---- what the host offers ---------------------------------------------------------------------
 */

#define RUNPHI_LOG_ERROR 0
#define RUNPHI_LOG_WARN 1
#define RUNPHI_LOG_INFO 2
#define RUNPHI_LOG_DEBUG 3
#define RUNPHI_LOG_TRACE 4

/* The child is killed by the kernel when the process that spawned it dies. */
#define RUNPHI_SPAWN_DIE_WITH_PARENT UINT32_C(1)
/* The child sees the trees of plan.shares: it runs in a mount namespace that has them, and that
 * lives no longer than the processes in it. In `create` only, of a plan with shares; elsewhere
 * RUNPHI_INVALID. */
#define RUNPHI_SPAWN_WITH_SHARES UINT32_C(2)

struct runphi_fd_map {
    int32_t from; /* descriptor in the caller */
    int32_t to;   /* number in the child; 0, 1 and 2 are /dev/null unless mapped */
};

struct runphi_spawn {
    uint32_t size;
    uint32_t flags;          /* RUNPHI_SPAWN_* */
    const char* const* argv; /* NULL-terminated; argv[0] is an absolute path; never a shell */
    const char* const* envp; /* NULL-terminated; NULL: an empty environment */
    const struct runphi_fd_map* fds; /* all others are closed in the child */
    uint32_t n_fds;
    int32_t cwd_fd; /* directory to start in; -1: "/" */
};

struct runphi_process {
    uint32_t size;
    int32_t pid;
    int32_t pidfd; /* belongs to the plugin, O_CLOEXEC; readable when the process has ended */
    int32_t reserved;
    uint64_t
        start_time; /* field 22 of /proc/PID/stat, clock ticks since boot: with pid, an identity */
};

/* A container that a tool asks the host to plan. */
struct runphi_bundle {
    uint32_t size;
    uint32_t reserved;
    const char* path;      /* of its bundle, NUL-terminated */
    const char* id;        /* of the container, NUL-terminated */
    uint64_t capabilities; /* RUNPHI_CAP_* of the machine that it is planned for */
};

struct runphi_host {
    uint32_t size;
    uint32_t abi_minor; /* of the host */
    void* ctx;
    void (*log)(void* ctx, int32_t level, const char* text, uint64_t len);
    /* Milliseconds that the current call may still take; INT64_MAX: no limit. Never negative. */
    int64_t (*remaining_ms)(void* ctx);
    runphi_result (*spawn)(void* ctx, const struct runphi_spawn* what, struct runphi_process* out,
                           struct runphi_error* error);
    /* Opens a regular file below the container's root file system, read-only. Symbolic links are
     * resolved inside it and cannot leave it. RUNPHI_NOT_FOUND where the call has no container. */
    runphi_result (*open_rootfs)(void* ctx, const char* path, uint64_t len, int32_t* fd,
                                 struct runphi_error* error);
    /* The node's setting for this backend: the object "backend_settings"."ID" of runphi.json as
     * JSON, "{}" if absent. NUL-terminated, lives as long as the process. */
    const char* settings;
    /* The host's folder for facts that hold until the next boot (probe results), NUL-terminated. */
    const char* cache_dir;
    /* The node's guest folder (kernels, phi-init, modules), NUL-terminated. */
    const char* guest_dir;
    /* Plans a container as create does, with the planning functions of this backend, for a machine
     * that need not be this one: it has the node's board, with nobody on it but those that were
     * planned before in this process. Takes and makes nothing. Writes the plan, and tells the
     * images that create would get; they are the host's, and there until the tool returns.
     * RUNPHI_NOT_FOUND outside of runphi.tool/1. */
    runphi_result (*plan_bundle)(void* ctx, const struct runphi_bundle* what,
                                 const struct runphi_sink* plan, const struct runphi_image** images,
                                 uint32_t* n_images, struct runphi_error* error);
};

/* One partition as the core knows it. */
struct runphi_partition {
    uint32_t size;
    int32_t dir_fd;   /* the container's directory, for sockets and the plugin's own files */
    const char* dir;  /* its absolute path, NUL-terminated */
    const char* name; /* unique on this machine, within limits.name_max; NUL-terminated */
    struct runphi_bytes handle; /* what create wrote; empty if create did not finish */
    struct runphi_bytes plan;   /* the plan, JSON (schema/plan.json); empty if it is lost */
};

/* ---- runphi.detect/1 --------------------------------------------------------------------------
 */

#define RUNPHI_DETECT_1 "runphi.detect/1"

#define RUNPHI_CAP_DYNAMIC_CREATE UINT64_C(0x001) /* makes partitions at run time */
#define RUNPHI_CAP_FORCED_STOP UINT64_C(0x002)    /* kill ends a guest that does not cooperate */
#define RUNPHI_CAP_PAUSE UINT64_C(0x004)          /* pause and resume */
#define RUNPHI_CAP_EXIT_STATUS UINT64_C(0x008)    /* knows why a partition ended */
#define RUNPHI_CAP_CONSOLE UINT64_C(0x010)        /* runphi.channel/1 console */
#define RUNPHI_CAP_AGENT UINT64_C(0x020)          /* runphi.channel/1 agent */
#define RUNPHI_CAP_STATS UINT64_C(0x040)          /* runphi.stats/1 */
#define RUNPHI_CAP_LIVE_RESIZE UINT64_C(0x080)    /* memory or CPUs of a running partition change */
#define RUNPHI_CAP_ADOPTS UINT64_C(0x100)         /* partitions exist already; create adopts one */
#define RUNPHI_CAP_LINUX UINT64_C(0x200)          /* boots a Linux kernel with an initrd */
#define RUNPHI_CAP_MOUNT UINT64_C(0x400)          /* mount and unmount do something */
#define RUNPHI_CAP_SNAPSHOT UINT64_C(0x800)       /* runphi.snapshot/1 */
#define RUNPHI_CAP_UPDATE UINT64_C(0x1000)        /* runphi.update/1 */
#define RUNPHI_CAP_SESSIONS UINT64_C(0x2000)      /* runphi.channel/1 sessions */
#define RUNPHI_CAP_NETWORK UINT64_C(0x4000) /* create gives the guest plan.network.interfaces */
#define RUNPHI_CAP_SHARE UINT64_C(0x8000)   /* shares the trees of plan.shares with a guest */

/* What a backend makes in a container's network namespace has a name that begins so: it is no
 * interface of the container's. */
#define RUNPHI_NETWORK_DEVICE_PREFIX "rphi"

struct runphi_probe {
    uint32_t size;
    int32_t present;       /* 1: this hypervisor runs this machine and can be driven from here */
    uint64_t capabilities; /* RUNPHI_CAP_* */
    char version[64];      /* of the hypervisor, NUL-terminated; may be empty */
    char reason[256];      /* why present or not: what was looked at and found; NUL-terminated */
};

struct runphi_detect {
    uint32_t size;
    uint32_t reserved;
    /* Reads only. Absence of the hypervisor is RUNPHI_OK with present 0. */
    runphi_result (*probe)(const struct runphi_host* host, struct runphi_probe* out,
                           struct runphi_error* error);
    /* Writes the board, JSON (schema/board.json), as far as the machine tells it. Reads only. */
    runphi_result (*inventory)(const struct runphi_host* host, const struct runphi_sink* board,
                               struct runphi_error* error);
};

/* ---- runphi.resources/1 -----------------------------------------------------------------------
 */

#define RUNPHI_RESOURCES_1 "runphi.resources/1"

/* The backend's half of each resource manager. Pure: reads what it is given and the machine, and
 * has no effect on either. Called in this order, each once, with the plan as it stands
 * (schema/plan.json: request, grant, boot, and the parts written so far). Each may write one JSON
 * object, which becomes plan.parts.STAGE; it may write nothing. `end` sees the whole plan and
 * refuses what cannot work. */
struct runphi_planning {
    uint32_t size;
    uint32_t n_images;
    struct runphi_bytes board;
    struct runphi_bytes plan;
    const struct runphi_image* images; /* as in plan.boot.images, same order */
};

typedef runphi_result (*runphi_stage_fn)(const struct runphi_host* host,
                                         const struct runphi_planning* in,
                                         const struct runphi_sink* part,
                                         struct runphi_error* error);

struct runphi_resources {
    uint32_t size;
    uint32_t reserved;
    runphi_stage_fn begin;
    runphi_stage_fn cpu;
    runphi_stage_fn mem;
    runphi_stage_fn dev;
    runphi_stage_fn net;
    runphi_stage_fn comm;
    runphi_stage_fn boot;
    runphi_stage_fn end;
};

/* ---- runphi.lifecycle/1 -----------------------------------------------------------------------
 */

#define RUNPHI_LIFECYCLE_1 "runphi.lifecycle/1"
#define RUNPHI_HANDLE_MAX 65536

#define RUNPHI_STATE_ABSENT 0  /* no such partition */
#define RUNPHI_STATE_CREATED 1 /* made, no instruction of the guest has run */
#define RUNPHI_STATE_RUNNING 2
#define RUNPHI_STATE_PAUSED 3
#define RUNPHI_STATE_STOPPED 4 /* ended by the guest's or the caller's will */
#define RUNPHI_STATE_FAILED 5  /* ended by a fault: triple fault, unhandled access, panic, reset */

struct runphi_query {
    uint32_t size;
    int32_t state;       /* RUNPHI_STATE_* */
    int32_t has_exit;    /* 1: exit_status was told by the guest or the hypervisor */
    int32_t exit_status; /* 0 to 255 */
    char detail[256];    /* the hypervisor's own words for the state; NUL-terminated */
};

typedef runphi_result (*runphi_partition_fn)(const struct runphi_host* host,
                                             const struct runphi_partition* partition,
                                             struct runphi_error* error);

struct runphi_lifecycle {
    uint32_t size;
    uint32_t reserved;
    /* Makes the partition, loaded but with no instruction run. partition->handle is empty. If a
     * half-made one of the same name is found, it is removed first. Writes the handle, at most
     * RUNPHI_HANDLE_MAX bytes. Called in the container's monitor process, whose child every
     * process that belongs to the partition becomes. */
    runphi_result (*create)(const struct runphi_host* host,
                            const struct runphi_partition* partition,
                            const struct runphi_image* images, uint32_t n_images,
                            const struct runphi_sink* handle, struct runphi_error* error);
    runphi_partition_fn start;   /* created -> running */
    runphi_partition_fn stop;    /* asks the guest to shut down, and returns; RUNPHI_UNSUPPORTED if
                                    there is no way to ask */
    runphi_partition_fn pause;   /* running -> paused; already paused: OK */
    runphi_partition_fn resume;  /* paused -> running; already running: OK */
    runphi_partition_fn kill;    /* ends it now, without asking; absent or ended: OK */
    runphi_partition_fn destroy; /* gives everything back; what is gone is OK. With an empty handle
                                    it finds the partition by its name */
    runphi_result (*query)(const struct runphi_host* host, const struct runphi_partition* partition,
                           struct runphi_query* out, struct runphi_error* error);
    /* A descriptor that becomes readable (or hangs up) when the state may have changed. */
    runphi_result (*wait)(const struct runphi_host* host, const struct runphi_partition* partition,
                          int32_t* fd, struct runphi_error* error);
    /* Called when that descriptor is ready: takes from it what made it ready, without blocking, and
     * tells the state. */
    runphi_result (*event)(const struct runphi_host* host, const struct runphi_partition* partition,
                           int32_t fd, struct runphi_query* out, struct runphi_error* error);
    /* Every partition on this machine that this backend made: a JSON array of
     * {"name": ..., "state": "created|running|paused|stopped|failed"}. Foreign ones are left out.
     */
    runphi_result (*list)(const struct runphi_host* host, const struct runphi_sink* out,
                          struct runphi_error* error);
    runphi_partition_fn mount; /* before create, with the plan; NULL or unsupported: none needed */
    runphi_partition_fn unmount; /* after destroy; idempotent */
};

/* ---- runphi.channel/1 (optional) --------------------------------------------------------------
 */

#define RUNPHI_CHANNEL_1 "runphi.channel/1"

struct runphi_channel {
    uint32_t size;
    uint32_t reserved;
    /* The guest's console: a stream, read and write. Asked for before start; one holder at a time.
     * When the partition has ended and all that it said is in there, the other end is closed, or
     * shut down for writing, before the end is told; the monitor listens to one that stays open for
     * another 100 ms. */
    runphi_result (*console)(const struct runphi_host* host,
                             const struct runphi_partition* partition, int32_t* fd,
                             struct runphi_error* error);
    /* The channel to phi-init or to an inmate that speaks its protocol (runphi/agent.h). */
    runphi_result (*agent)(const struct runphi_host* host, const struct runphi_partition* partition,
                           int32_t* fd, struct runphi_error* error);
    /* A second, faster channel to phi-init for the sessions of runphi/agent.h, where the machine
     * has one; without it they go over the agent channel. Asked for when the first session is
     * opened. */
    runphi_result (*sessions)(const struct runphi_host* host,
                              const struct runphi_partition* partition, int32_t* fd,
                              struct runphi_error* error);
};

/* ---- runphi.stats/1 (optional) ----------------------------------------------------------------
 */

#define RUNPHI_STATS_1 "runphi.stats/1"

struct runphi_stats {
    uint32_t size;
    uint32_t reserved;
    /* Writes a JSON object of counters (schema/stats.json). */
    runphi_result (*read)(const struct runphi_host* host, const struct runphi_partition* partition,
                          const struct runphi_sink* out, struct runphi_error* error);
};

/* ---- runphi.update/1 (optional) ---------------------------------------------------------------
 */

#define RUNPHI_UPDATE_1 "runphi.update/1"

struct runphi_update {
    uint32_t size;
    uint32_t reserved;
    /* Makes a partition that is created, running or paused what `plan` says. partition->plan is the
     * plan that it was made by; the new one differs from it in the grant, in request.cpus and in
     * parts.cpu, which the backend's planning function for CPUs wrote anew, without images. Every
     * backend with this interface moves the partition to other CPUs, as many as before; another
     * number of CPUs or another size of memory comes only to one with
     * RUNPHI_CAP_LIVE_RESIZE. Old and new resources are both the partition's while this runs.
     * On failure the partition is as it was, as far as the backend can see to it; the host then
     * calls again with the old plan in both places, and also for a partition whose last update was
     * cut short: the call must not rely on what the partition has now. The same plan twice is OK.
     * Writes the new handle if it is another one, else nothing; the old one must find the partition
     * even so, because the host may die before it has stored the new one. */
    runphi_result (*update)(const struct runphi_host* host,
                            const struct runphi_partition* partition,
                            const struct runphi_bytes* plan, const struct runphi_sink* handle,
                            struct runphi_error* error);
};

/* ---- runphi.snapshot/1 (optional) -------------------------------------------------------------
 */

#define RUNPHI_SNAPSHOT_1 "runphi.snapshot/1"

struct runphi_snapshot {
    uint32_t size;
    uint32_t reserved;
    /* dir_fd: an empty directory that the plugin fills, or one that save filled. */
    runphi_result (*save)(const struct runphi_host* host, const struct runphi_partition* partition,
                          int32_t dir_fd, struct runphi_error* error);
    runphi_result (*restore)(const struct runphi_host* host,
                             const struct runphi_partition* partition, int32_t dir_fd,
                             const struct runphi_sink* handle, struct runphi_error* error);
};

/* ---- runphi.tool/1 (optional) -----------------------------------------------------------------
 */

#define RUNPHI_TOOL_1 "runphi.tool/1"

struct runphi_tool {
    uint32_t size;
    uint32_t reserved;
    /* `runphi ID ARGS...`: argv without "runphi" and ID, NULL-terminated. Uses the process's own
     * stdio. *status becomes the exit status; on an error the host prints the error. */
    runphi_result (*run)(const struct runphi_host* host, int32_t argc, const char* const* argv,
                         int32_t* status, struct runphi_error* error);
};

/* ---- the entry --------------------------------------------------------------------------------
 */

/* The one exported symbol, a data symbol: compared before any function of the plugin runs. */
struct runphi_plugin {
    uint32_t size;
    uint16_t abi_major;
    uint16_t abi_minor;
    uint64_t magic;
    char id[32];      /* NUL-terminated, [a-z0-9-]+, the manifest's id */
    char version[32]; /* of the plugin */
    char vendor[64];
    /* NULL for an interface that the plugin has not got. detect, resources and lifecycle are
     * required. The answer is immutable and lives as long as the process. */
    const void* (*get_interface)(const char* name);
};

#ifdef __cplusplus
}
#endif

#endif
