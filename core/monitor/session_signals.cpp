// SPDX-License-Identifier: Apache-2.0
// Signals to the monitor are the container's: passed on to the guest, or answered by its end.
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/monitor/session.hpp"

namespace phi::monitor {

using std::chrono::seconds;

void Session::take_signals() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        take_signal(static_cast<int>(info.ssi_signo));
    }
}

void Session::take_signal(int signal) {
    switch (signal) {
        case SIGCHLD:
            reap();
            return;
        case SIGWINCH:
            resize_console();
            return;
        case SIGPIPE:
            return;
        case SIGTERM:
            ask_to_stop(signal);
            return;
        case SIGINT:
        case SIGQUIT:
        case SIGHUP:
            if (launch_.kind != boot::Kind::linux) {
                ask_to_stop(signal);
                return;
            }
            break;
        default:
            break;
    }
    // Only a guest with processes of its own has a use for other signals.
    if (launch_.kind == boot::Kind::linux) agent_.send(signal_frame(signal));
}

void Session::ask_to_stop(int signal) {
    launch_.backend.set_deadline(Deadline::in(backend_call_limit));
    unsigned timeout_s = launch_.stop_timeout_s;
    try {
        if (launch_.backend.query(partition_).state == backend::State::created) {
            force_stop(signal);
            return;
        }
        if (launch_.kind == boot::Kind::linux && agent_.connected()) {
            // A process may do what it likes about a signal. How long that is waited for is its
            // sender's to decide, who has SIGKILL.
            agent_.send(signal_frame(signal));
            return;
        }
        if (agent_.greeted()) {
            agent_.send(frame(RUNPHI_AGENT_SHUTDOWN));
        } else {
            launch_.backend.stop(partition_);
        }
    } catch (const Error& error) {
        // There is nobody to ask. To wait would only make the stop slower, unless somebody said
        // that the guest hears of it in a way of its own.
        log::debug("monitor: stop: " + error.message());
        timeout_s = launch_.unasked_timeout_s;
        if (timeout_s == 0) {
            force_stop(signal);
            return;
        }
    }
    if (stop_by_.poll_ms() < 0) stop_by_ = Deadline::in(seconds(timeout_s));
}

void Session::force_stop(int signal) noexcept {
    forced_ = signal;
    try {
        launch_.backend.set_deadline(Deadline::in(backend_call_limit));
        launch_.backend.kill(partition_);
    } catch (const std::exception& error) {
        log::warn(text("container ", launch_.container.record.id, ": ", error.what()));
    }
}

void Session::resize_console() {
    const auto size = stdio_.size();
    if (size) agent_.send(resize_frame(size->first, size->second));
}

void Session::reap() {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
}

}  // namespace phi::monitor
