/* SPDX-License-Identifier: Apache-2.0 */
#include "stdio_pair.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "config_keys.h"

#define OWN_PTS PHI_CONFIG_DIR "/pts"

/* The container's own devpts if it has one, so that the terminal has a name there; else a private
 * one. */
static int open_master(void) {
    const int flags = O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK;
    int master = open("/dev/pts/ptmx", flags);
    if (master >= 0) return master;
    if (mkdir(OWN_PTS, 0700) != 0 && errno != EEXIST) return -1;
    if (mount("devpts", OWN_PTS, "devpts", MS_NOSUID | MS_NOEXEC, "ptmxmode=0600") != 0) return -1;
    master = open(OWN_PTS "/ptmx", flags);
    const int error = errno;
    (void)umount2(OWN_PTS, MNT_DETACH);
    (void)rmdir(OWN_PTS);
    errno = error;
    return master;
}

static bool open_terminal(struct phi_stdio* out) {
    int unlocked = 0;
    const int master = open_master();
    if (master < 0) return false;
    int slave = -1;
    if (ioctl(master, TIOCSPTLCK, &unlocked) == 0)
        slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0) return false;
    *out = (struct phi_stdio){master, master, slave, slave};
    return true;
}

static bool open_pipes(struct phi_stdio* out) {
    int in[2];
    int back[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(back, O_CLOEXEC) != 0) return false;
    *out = (struct phi_stdio){in[1], back[0], in[0], back[1]};
    return fcntl(in[1], F_SETFL, O_NONBLOCK) == 0 && fcntl(back[0], F_SETFL, O_NONBLOCK) == 0;
}

bool phi_stdio_open(const struct phi_config* config, struct phi_stdio* out,
                    struct phi_failure* failure) {
    *out = (struct phi_stdio){-1, -1, -1, -1};
    if (!(config->terminal ? open_terminal(out) : open_pipes(out)))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno,
                              config->terminal ? "open a terminal" : "open a pipe");
    /* The workload may open /dev/stdout again, which is /proc/self/fd/1: it must own it. */
    (void)fchown(out->child_in, config->uid, (gid_t)-1);
    (void)fchown(out->child_out, config->uid, (gid_t)-1);
    if (config->terminal && config->rows != 0 && config->cols != 0)
        phi_stdio_resize(out, config->rows, config->cols);
    return true;
}

void phi_stdio_resize(const struct phi_stdio* stdio, uint16_t rows, uint16_t columns) {
    const struct winsize size = {.ws_row = rows, .ws_col = columns};
    if (stdio->to_process >= 0) (void)ioctl(stdio->to_process, TIOCSWINSZ, &size);
}
