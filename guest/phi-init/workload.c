/* SPDX-License-Identifier: Apache-2.0 */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "capabilities.h"
#include "copy.h"
#include "path.h"
#include "program.h"

static bool take_stdio(const struct phi_config* config, const struct phi_stdio* stdio,
                       struct phi_failure* failure) {
    if (setsid() < 0) return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "setsid");
    if (config->terminal && ioctl(stdio->child_in, TIOCSCTTY, 0) != 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "set the controlling terminal");
    if (dup2(stdio->child_in, 0) < 0 || dup2(stdio->child_out, 1) < 0 ||
        dup2(stdio->child_err, 2) < 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "dup2");
    return true;
}

static bool set_limits(const struct phi_early* early, const struct phi_config* config,
                       struct phi_failure* failure) {
    char score[16];
    (void)snprintf(score, sizeof score, "%d", config->oom);
    if (config->has_oom && !phi_write_value(early->proc, "self/oom_score_adj", score))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "set oom_score_adj to %s", score);
    for (size_t i = 0; i < config->n_rlimits; ++i) {
        const struct phi_rlimit* limit = &config->rlimits[i];
        const struct rlimit value = {limit->soft, limit->hard};
        if (setrlimit((__rlimit_resource_t)limit->resource, &value) != 0)
            return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "set resource limit %d",
                                  limit->resource);
    }
    return true;
}

static bool set_user(const struct phi_config* config, struct phi_failure* failure) {
    if (config->has_caps && !phi_caps_bound(&config->caps))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "drop capabilities");
    /* The capabilities that stay are set by themselves, after the user has changed. */
    if (config->has_caps && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "keep capabilities");
    if (setgroups(config->n_groups, config->groups) != 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "setgroups");
    if (setresgid(config->gid, config->gid, config->gid) != 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "setgid %u", config->gid);
    if (setresuid(config->uid, config->uid, config->uid) != 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "setuid %u", config->uid);
    if (config->has_caps &&
        (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) != 0 || !phi_caps_set(&config->caps)))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "set capabilities");
    if (config->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "set no_new_privs");
    return true;
}

/* Signals are blocked in phi-init and partly handled; the workload starts without any of that. */
static void reset_signals(void) {
    sigset_t none;
    for (int number = 1; number < NSIG; ++number) (void)signal(number, SIG_DFL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The environment, with HOME from the passwd file unless it is set: what runc does. */
static char* const* environment(const struct phi_config* config) {
    static char home[PATH_MAX + sizeof "HOME="] = "HOME=";
    const char* set = phi_env_get(config->env.items, "HOME");
    if (set != NULL && *set != '\0') return config->env.items;
    size_t length;
    char* passwd = phi_read_file(AT_FDCWD, "/etc/passwd", 1 << 20, &length);
    char found[PATH_MAX];
    const char* directory = phi_home_of(passwd, config->uid, found, sizeof found);
    (void)snprintf(home + 5, sizeof home - 5, "%s", directory);
    free(passwd);
    char** env = calloc(config->env.count + 2, sizeof *env);
    if (env == NULL) return config->env.items;
    size_t used = 0;
    for (size_t i = 0; i < config->env.count; ++i)
        if (strncmp(config->env.items[i], "HOME=", 5) != 0) env[used++] = config->env.items[i];
    env[used] = home;
    return env;
}

/* Ends in execve, or in a failure. */
static void become(const struct phi_early* early, const struct phi_config* config,
                   const struct phi_stdio* stdio, struct phi_failure* failure) {
    char path[PATH_MAX];
    char* const* env = environment(config);
    if (!take_stdio(config, stdio, failure) || !set_limits(early, config, failure)) return;
    /* Once as root, since the user may be allowed into a folder only by what it is about to lose,
     * and once more as the user for a folder that root may not enter. */
    const bool entered = chdir(config->cwd) == 0;
    if (!set_user(config, failure)) return;
    if (!entered && chdir(config->cwd) != 0) {
        phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "chdir to cwd (\"%.128s\")", config->cwd);
        return;
    }
    (void)umask(config->umask);
    if (!phi_program_find(config->args.items[0], env, path, sizeof path, failure)) return;
    (void)execve(path, config->args.items, env);
    phi_fail_errno(failure, errno == ENOENT ? PHI_STATUS_NOT_FOUND : PHI_STATUS_NOT_EXECUTABLE,
                   errno, "exec %.256s", path);
}

static void run_child(const struct phi_early* early, const struct phi_config* config,
                      const struct phi_stdio* stdio, int report) {
    struct phi_failure failure = {0};
    reset_signals();
    if (config->copy == phi_copy_none)
        become(early, config, stdio, &failure);
    else if (take_stdio(config, stdio, &failure))
        phi_copy(config);
    ssize_t put;
    do put = write(report, &failure, sizeof failure);
    while (put < 0 && errno == EINTR);
    _exit(failure.status);
}

pid_t phi_workload_spawn(const struct phi_early* early, const struct phi_config* config,
                         const struct phi_stdio* stdio, int* report, struct phi_failure* failure) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "open a pipe");
        return 0;
    }
    const pid_t pid = fork();
    if (pid == 0) run_child(early, config, stdio, ends[1]);
    if (pid < 0) phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "fork");
    close(ends[1]);
    if (pid < 0) close(ends[0]);
    *report = pid < 0 ? -1 : ends[0];
    return pid < 0 ? 0 : pid;
}

void phi_workload_report(int report, struct phi_failure* failure) {
    /* The other end closes by execve, or where a copy begins: nothing to read means success. */
    struct phi_failure told;
    ssize_t got;
    do got = read(report, &told, sizeof told);
    while (got < 0 && errno == EINTR);
    close(report);
    if (got == (ssize_t)sizeof told) *failure = told;
}

pid_t phi_workload_start(const struct phi_early* early, const struct phi_config* config,
                         const struct phi_stdio* stdio, struct phi_failure* failure) {
    int report;
    const pid_t pid = phi_workload_spawn(early, config, stdio, &report, failure);
    if (pid == 0) return 0;
    phi_workload_report(report, failure);
    if (failure->status == 0) return pid;
    (void)waitpid(pid, NULL, 0);
    return 0;
}
