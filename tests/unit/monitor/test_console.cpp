// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/console.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace phi::monitor {
namespace {

struct Ends {
    Ends() {
        int both[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) == 0) {
            engine.reset(both[0]);
            ours.reset(both[1]);
        }
    }
    UniqueFd engine;
    UniqueFd ours;
};

void fill(int socket) {
    const std::string bytes(4096, 'x');
    while (::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
    }
}

// The process group that hears of a new size, once there is one.
pid_t group_of(int master) {
    for (int tries = 0; tries < 3000; ++tries) {
        pid_t group = 0;
        if (::ioctl(master, TIOCGPGRP, &group) == 0 && group != 0) return group;
        ::poll(nullptr, 0, 10);
    }
    return 0;
}

TEST(Console, IsOurTerminalBeforeTheEngineHasIt) {
    Ends ends;
    Pty pty = open_pty(0, 0);
    const UniqueFd master(::fcntl(pty.master.get(), F_DUPFD_CLOEXEC, 0));
    fill(ends.ours.get());
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::setsid();
        hand_over(ends.ours.get(),
                  pty);  // waits for room in the socket, with the master still ours
        ::_exit(0);
    }
    EXPECT_EQ(group_of(master.get()), pid);
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
}

}  // namespace
}  // namespace phi::monitor
