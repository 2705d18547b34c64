/* SPDX-License-Identifier: Apache-2.0 */
#include "tty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { appear_steps = 300, step_ns = 10 * 1000 * 1000 };

static void make_transparent(int fd) {
    struct termios mode;
    if (tcgetattr(fd, &mode) != 0) return; /* no terminal, transparent by nature */
    cfmakeraw(&mode);
    mode.c_cflag |= CLOCAL | CREAD;
    mode.c_cflag &= ~(tcflag_t)(HUPCL | CRTSCTS);
    (void)cfsetspeed(&mode, B115200);
    (void)tcsetattr(fd, TCSANOW, &mode);
}

int phi_tty_open(const struct phi_early* early, const char* name, struct phi_failure* failure) {
    int fd = -1;
    if (strchr(name, '/') != NULL) {
        phi_fail(failure, PHI_STATUS_SETUP, "\"%s\" names no device", name);
        return -1;
    }
    for (int step = 0; step < appear_steps; ++step) {
        fd = openat(early->dev, name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0 || (errno != ENOENT && errno != ENXIO && errno != ENODEV)) break;
        const struct timespec pause = {0, step_ns};
        (void)nanosleep(&pause, NULL);
    }
    if (fd < 0)
        phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "open /dev/%s", name);
    else
        make_transparent(fd);
    return fd;
}

static void wake_up(int number) {
    (void)number;
}

void phi_tty_drain(int fd, unsigned seconds) {
    /* Without SA_RESTART: the alarm ends the wait. */
    struct sigaction action = {.sa_handler = wake_up};
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    (void)sigaction(SIGALRM, &action, NULL);
    (void)sigprocmask(SIG_UNBLOCK, &alarm_only, NULL);
    (void)alarm(seconds);
    (void)tcdrain(fd);
    (void)alarm(0);
    (void)sigprocmask(SIG_BLOCK, &alarm_only, NULL);
}
