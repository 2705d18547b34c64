/* SPDX-License-Identifier: Apache-2.0 */
#include "stdio_pair.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <termios.h>
#include <unistd.h>

static void close_one(int* fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

/* A devpts that is mounted nowhere, for a container that has none. */
static int open_private_master(int flags) {
    int master = -1;
    int devpts = -1;
    const int context = fsopen("devpts", FSOPEN_CLOEXEC);
    if (context >= 0 && fsconfig(context, FSCONFIG_SET_STRING, "ptmxmode", "0600", 0) == 0 &&
        fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
        devpts = fsmount(context, FSMOUNT_CLOEXEC, 0);
    if (devpts >= 0) master = openat(devpts, "ptmx", flags);
    const int error = errno;
    close_one(&devpts);
    if (context >= 0) close(context);
    errno = error;
    return master;
}

static bool open_terminal(struct phi_stdio* out) {
    const int flags = O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK;
    int unlocked = 0;
    /* The container's own devpts if it has one, so that the terminal has a name there. */
    int master = open("/dev/pts/ptmx", flags);
    if (master < 0) master = open_private_master(flags);
    if (master < 0) return false;
    out->to_process = out->from_process = master;
    if (ioctl(master, TIOCSPTLCK, &unlocked) == 0)
        out->child_in = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    out->child_out = out->child_err = out->child_in;
    return out->child_in >= 0;
}

/* `ours` does not block, `theirs` does. */
static bool open_pipe(int* ours, int* theirs, bool we_write) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    *ours = ends[we_write ? 1 : 0];
    *theirs = ends[we_write ? 0 : 1];
    return fcntl(*ours, F_SETFL, O_NONBLOCK) == 0;
}

static bool open_pipes(struct phi_stdio* out, enum phi_stderr stderr_is) {
    if (!open_pipe(&out->to_process, &out->child_in, true) ||
        !open_pipe(&out->from_process, &out->child_out, false))
        return false;
    if (stderr_is == phi_stderr_apart) return open_pipe(&out->errors, &out->child_err, false);
    out->child_err = out->child_out;
    return true;
}

bool phi_stdio_open(const struct phi_config* config, enum phi_stderr stderr_is,
                    struct phi_stdio* out, struct phi_failure* failure) {
    *out = (struct phi_stdio){-1, -1, -1, -1, -1, -1};
    if (!(config->terminal ? open_terminal(out) : open_pipes(out, stderr_is))) {
        phi_fail_errno(failure, PHI_STATUS_SETUP, errno,
                       config->terminal ? "open a terminal" : "open a pipe");
        phi_stdio_close(out);
        return false;
    }
    /* The process may open /dev/stdout again, which is /proc/self/fd/1: it must own it. */
    (void)fchown(out->child_in, config->uid, (gid_t)-1);
    (void)fchown(out->child_out, config->uid, (gid_t)-1);
    (void)fchown(out->child_err, config->uid, (gid_t)-1);
    if (config->terminal && config->rows != 0 && config->cols != 0)
        phi_stdio_resize(out, config->rows, config->cols);
    return true;
}

void phi_stdio_close_input(struct phi_stdio* stdio) {
    if (stdio->to_process == stdio->from_process)
        stdio->to_process = -1;
    else
        close_one(&stdio->to_process);
}

void phi_stdio_close_output(struct phi_stdio* stdio) {
    if (stdio->to_process == stdio->from_process)
        stdio->from_process = -1;
    else
        close_one(&stdio->from_process);
}

void phi_stdio_close_errors(struct phi_stdio* stdio) {
    close_one(&stdio->errors);
}

void phi_stdio_close_child(struct phi_stdio* stdio) {
    if (stdio->child_err == stdio->child_out) stdio->child_err = -1;
    if (stdio->child_out == stdio->child_in) stdio->child_out = -1;
    close_one(&stdio->child_in);
    close_one(&stdio->child_out);
    close_one(&stdio->child_err);
}

void phi_stdio_close(struct phi_stdio* stdio) {
    phi_stdio_close_child(stdio);
    phi_stdio_close_input(stdio);
    close_one(&stdio->from_process);
    close_one(&stdio->errors);
}

void phi_stdio_resize(const struct phi_stdio* stdio, uint16_t rows, uint16_t columns) {
    const struct winsize size = {.ws_row = rows, .ws_col = columns};
    if (stdio->to_process >= 0) (void)ioctl(stdio->to_process, TIOCSWINSZ, &size);
}
