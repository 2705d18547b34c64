/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phi-init: process 1 of a Linux guest. Turns the machine into the container that /.runphi/config
 * describes, runs its process, tells the host how it ended, and powers off.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent.h"
#include "config.h"
#include "config_keys.h"
#include "early.h"
#include "lane.h"
#include "lookups.h"
#include "machine.h"
#include "memory.h"
#include "modules.h"
#include "network.h"
#include "path.h"
#include "rootfs.h"
#include "supervise.h"
#include "tty.h"
#include "workload.h"

enum { config_limit = 16 << 20, drain_s = 5 };

struct channels {
    int console;
    struct phi_agent agent;
    struct phi_lane lane;
};

/* Descriptors 0, 1 and 2 are taken, whatever the kernel gave us, so that nothing else gets them. */
static void plug_stdio(const struct phi_early* early) {
    const int null = openat(early->dev, "null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; ++fd)
        if (null >= 0 && null != fd) (void)dup2(null, fd);
    if (null > 2) close(null);
}

/* Both are tried whatever happens: each is a way to tell what is wrong with the other. */
static void open_channels(const struct phi_early* early, const struct phi_cmdline* cmdline,
                          struct channels* out, struct phi_failure* failure) {
    struct phi_failure console = {0};
    if (cmdline->memory[0] != '\0') {
        (void)phi_memory_open(early, cmdline->memory, &out->console, &out->agent.fd, failure);
        return;
    }
    if (cmdline->agent[0] != '\0') out->agent.fd = phi_tty_open(early, cmdline->agent, failure);
    if (cmdline->console[0] != '\0') out->console = phi_tty_open(early, cmdline->console, &console);
    if (failure->status == 0) *failure = console;
}

static bool bring_up(const struct phi_early* early, struct channels* out,
                     struct phi_failure* failure) {
    struct phi_cmdline cmdline;
    if (!phi_cmdline_read(early, &cmdline, failure)) return false;
    /* A module that fails is told through the agent, if that can be opened all the same. */
    (void)phi_modules_load(early, cmdline.modules, failure);
    struct phi_failure channels = {0};
    open_channels(early, &cmdline, out, &channels);
    phi_lane_hold(&out->lane, early, cmdline.sessions);
    if (failure->status == 0) *failure = channels;
    return failure->status == 0;
}

static bool read_config(const struct phi_early* early, struct phi_config* config,
                        struct phi_failure* failure) {
    size_t length;
    /* Never freed: the configuration borrows it until the machine goes. */
    char* text = phi_read_file(early->runphi, "config", config_limit, &length);
    if (text == NULL)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "open %s", PHI_CONFIG_FILE);
    return phi_config_parse(text, length, config, failure);
}

static int run(const struct phi_early* early, struct channels* channels,
               struct phi_failure* failure) {
    struct phi_config config;
    struct phi_stdio stdio;
    struct phi_resolvers resolvers;
    static struct phi_lookups lookups;
    /* The network first: there are sysctls of its interfaces. */
    if (!read_config(early, &config, failure) || !phi_network_setup(early, &resolvers, failure) ||
        !phi_machine_setup(early, &config, failure) ||
        !phi_lookups_listen(&lookups, &resolvers, failure) || !phi_rootfs_setup(&config, failure) ||
        !phi_stdio_open(&config, phi_stderr_joined, &stdio, failure))
        return failure->status;
    phi_early_remove(early);
    if (!phi_rootfs_seal(&config, failure)) return failure->status;
    const pid_t pid = phi_workload_start(early, &config, &stdio, failure);
    if (pid == 0) return failure->status;
    const struct phi_supervised what = {
        .early = early,
        .pid = pid,
        .console = channels->console,
        .agent = channels->agent.fd,
        .lane = &channels->lane,
        .lookups = &lookups,
        .stdio = &stdio,
        .terminal = config.terminal,
    };
    return phi_supervise(&what);
}

/* Nobody reads frames: the console is the only place left for the reason, or the kernel's log, at a
 * level that it prints even when it is to be quiet. */
static void complain(const struct phi_early* early, const struct channels* channels,
                     const struct phi_failure* failure) {
    if (channels->agent.fd >= 0 || failure->status == 0) return;
    const bool log = channels->console < 0;
    const int fd = log ? openat(early->dev, "kmsg", O_WRONLY | O_CLOEXEC) : channels->console;
    if (fd < 0) return;
    char line[sizeof failure->text + 16];
    (void)snprintf(line, sizeof line, "%s%s\n", log ? "<3>phi-init: " : "", failure->text);
    (void)write(fd, line, strlen(line));
    phi_tty_drain(fd, drain_s);
}

int main(void) {
    /* On an ordinary machine there is nothing that this program could do but harm. */
    if (getpid() != 1) return EXIT_FAILURE;
    struct phi_early early;
    static struct channels channels = {.console = -1, .agent = {.fd = -1}};
    struct phi_failure failure = {0};
    sigset_t all;
    sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, NULL);
    (void)umask(022);
    (void)chdir("/");
    int status = PHI_STATUS_SETUP;
    if (phi_early_mount(&early, &failure)) {
        plug_stdio(&early);
        if (bring_up(&early, &channels, &failure)) {
            phi_agent_hello(&channels.agent);
            status = run(&early, &channels, &failure);
        }
    }
    complain(&early, &channels, &failure);
    phi_agent_exit(&channels.agent, status, failure.text);
    phi_memory_end(channels.console, channels.agent.fd, status);
    phi_power_off(&early);
}
