// SPDX-License-Identifier: Apache-2.0
#include "core/command/foreground.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <optional>

#include "core/base/error.hpp"
#include "core/command/raw_terminal.hpp"
#include "core/monitor/pump.hpp"

namespace phi::command {

namespace {

void copy_window_size(int terminal) {
    winsize size{};
    if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) ::ioctl(terminal, TIOCSWINSZ, &size);
}

// False when the monitor has gone.
bool pass_signals(int signals, const ProcessId& monitor, int terminal) {
    signalfd_siginfo info{};
    bool there = true;
    while (::read(signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        const int signal = static_cast<int>(info.ssi_signo);
        if (signal == SIGCHLD || signal == SIGPIPE) continue;
        if (signal == SIGWINCH && terminal >= 0) {
            copy_window_size(terminal);
        } else if (signal != SIGWINCH) {
            there = send_signal(monitor, signal) && there;
        }
    }
    return there;
}

void drain(monitor::Pump& out) {
    // The slave is closed: what is left comes at once, then the end.
    while (!out.finished()) {
        if (out.wants_output()) {
            out.write_some();
        } else {
            out.read_some();
        }
    }
}

int exit_status(const ProcessId& monitor) {
    int status = 0;
    pid_t got = 0;
    do {
        got = ::waitpid(monitor.pid, &status, 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) throw os_error("wait for the container");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

UniqueFd block_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    UniqueFd signals(::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals) throw os_error("signalfd");
    return signals;
}

int wait_in_foreground(const ProcessId& monitor, UniqueFd signals, UniqueFd terminal) {
    const UniqueFd ended = open_pidfd(monitor);
    std::optional<RawTerminal> raw;
    std::optional<monitor::Pump> in;
    std::optional<monitor::Pump> out;
    if (terminal) {
        raw.emplace();
        copy_window_size(terminal.get());
        in.emplace(STDIN_FILENO, terminal.get());
        out.emplace(terminal.get(), STDOUT_FILENO);
    }
    const auto when = [](bool wanted, int fd) { return wanted ? fd : -1; };
    while (ended) {
        enum { gone, signal, from_user, to_guest, from_guest, to_user, count };
        pollfd polled[count] = {
            {ended.get(), POLLIN, 0},
            {signals.get(), POLLIN, 0},
            {when(in && in->wants_input(), STDIN_FILENO), POLLIN, 0},
            {when(in && in->wants_output(), terminal.get()), POLLOUT, 0},
            {when(out && out->wants_input(), terminal.get()), POLLIN, 0},
            {when(out && out->wants_output(), STDOUT_FILENO), POLLOUT, 0},
        };
        if (::poll(polled, count, -1) < 0 && errno != EINTR) throw os_error("poll");
        if (polled[from_user].revents != 0) in->read_some();
        if (polled[to_guest].revents != 0) in->write_some();
        if (polled[from_guest].revents != 0) out->read_some();
        if (polled[to_user].revents != 0) out->write_some();
        if (polled[gone].revents != 0) break;
        if (polled[signal].revents != 0 && !pass_signals(signals.get(), monitor, terminal.get())) {
            break;
        }
    }
    if (out) drain(*out);
    return exit_status(monitor);
}

}  // namespace phi::command
