// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/session.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/container/teardown.hpp"
#include "core/fs/file.hpp"
#include "core/monitor/monitor.hpp"
#include "plugin-api/include/runphi/abi.h"

namespace phi::monitor {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto create_limit = seconds(120);
constexpr auto call_limit = seconds(20);
// A guest that has told its status and does not power off is not waited for longer.
constexpr auto power_off_limit = seconds(10);
// How long an engine that does not read its pipe can hold up our end.
constexpr auto drain_limit = seconds(10);
constexpr std::size_t agent_queue_max = 16384;

void make_nonblocking(const UniqueFd& fd) {
    if (!fd) return;
    const int flags = ::fcntl(fd.get(), F_GETFL);
    ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK);
}

bool is_end(backend::State state) {
    return state == backend::State::absent || state == backend::State::stopped ||
           state == backend::State::failed;
}

}  // namespace

Session::Session(Launch& launch, UniqueFd signals)
    : launch_(launch),
      partition_(container::partition_of(launch.container)),
      signals_(std::move(signals)),
      frames_([this](std::uint8_t type, std::string_view payload) { take_frame(type, payload); }) {}

// ---- making
// ---------------------------------------------------------------------------------------------

void Session::make_partition() {
    try {
        create();
        open_channels();
        set_up_stdio();
    } catch (...) {
        undo();
        throw;
    }
}

void Session::create() {
    launch_.backend.set_deadline(Deadline::in(create_limit));
    launch_.backend.set_rootfs(&launch_.rootfs);
    launch_.backend.mount(partition_);
    partition_.handle = launch_.backend.create(partition_, launch_.images);
    write_atomic(partition_.dir_fd, "handle", partition_.handle);
    state_ = launch_.backend.wait(partition_);
}

void Session::open_channels() {
    if (launch_.backend.can(RUNPHI_CAP_CONSOLE)) console_ = launch_.backend.console(partition_);
    if (launch_.backend.can(RUNPHI_CAP_AGENT)) agent_ = launch_.backend.agent(partition_);
    has_agent_ = static_cast<bool>(agent_);
    make_nonblocking(console_);
    make_nonblocking(agent_);
}

void Session::set_up_stdio() {
    int input = STDIN_FILENO;
    int output = STDOUT_FILENO;
    if (launch_.console_socket) {
        const auto& process = *launch_.spec.process;
        pty_ = open_pty(process.console_height.value_or(0), process.console_width.value_or(0));
        send_terminal(launch_.console_socket.get(), pty_);
        launch_.console_socket.reset();
        // Ours alone is the slave; the controlling terminal brings us SIGWINCH and SIGHUP.
        pty_.master.reset();
        ::ioctl(pty_.slave.get(), TIOCSCTTY, 0);
        input = output = pty_.slave.get();
        const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
        if (!null) throw os_error("open /dev/null");
        for (const int stdio : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
            ::dup2(null.get(), stdio);
        }
    }
    if (!console_) return;
    out_.emplace(console_.get(), output);
    in_.emplace(input, console_.get());
}

void Session::undo() noexcept {
    try {
        launch_.backend.set_deadline(Deadline::in(call_limit));
        launch_.backend.destroy(partition_);
        launch_.backend.unmount(partition_);
    } catch (const std::exception& error) {
        log::debug(text("monitor: undo: ", error.what()));
    }
}

// ---- living
// ---------------------------------------------------------------------------------------------

int Session::run(Sync& sync) {
    while (!ended_) poll_once(sync);
    drain_agent();
    drain_console();
    const int status = decide_status();
    leave_status(status);
    return status;
}

int Session::poll_timeout() const {
    const auto bounded = [](const Deadline& deadline) {
        const int ms = deadline.poll_ms();
        return ms < 0 ? std::numeric_limits<int>::max() : ms;
    };
    const int first = std::min(bounded(stop_by_), bounded(off_by_));
    return first == std::numeric_limits<int>::max() ? -1 : first;
}

void Session::poll_once(Sync& sync) {
    const auto when = [](bool wanted, int fd) { return wanted ? fd : -1; };
    enum { signal, state, agent, creator, from_guest, to_engine, from_engine, to_guest, count };
    pollfd polled[count] = {
        {signals_.get(), POLLIN, 0},
        {state_.get(), POLLIN, 0},
        {agent_.get(), static_cast<short>(agent_may_write() ? POLLIN | POLLOUT : POLLIN), 0},
        {when(!committed_, sync.fd()), POLLIN, 0},
        {when(out_ && out_->wants_input(), console_.get()), POLLIN, 0},
        {when(out_ && out_->wants_output(), out_ ? out_->to() : -1), POLLOUT, 0},
        {when(in_ && in_->wants_input() && (guest_listens() || !has_agent_),
              in_ ? in_->from() : -1),
         POLLIN, 0},
        {when(in_ && in_->wants_output(), console_.get()), POLLOUT, 0},
    };
    if (::poll(polled, count, poll_timeout()) < 0 && errno != EINTR) throw os_error("poll");
    if (polled[creator].revents != 0) {
        committed_ = sync.hear() == Word::commit;
        if (!committed_) {
            undo();
            ::_exit(1);
        }
        sync.close();
    }
    if (polled[from_guest].revents != 0) out_->read_some();
    if (polled[to_engine].revents != 0) out_->write_some();
    if (polled[from_engine].revents != 0) in_->read_some();
    if (polled[to_guest].revents != 0) in_->write_some();
    if (in_ && in_->finished()) console_input_ended();
    if ((polled[agent].revents & POLLOUT) != 0) write_agent();
    if ((polled[agent].revents & ~POLLOUT) != 0) read_agent();
    if (polled[signal].revents != 0) take_signals();
    if (polled[state].revents != 0) take_event();
    check_deadlines();
}

void Session::check_deadlines() {
    if (ended_ || (!stop_by_.passed() && !off_by_.passed())) return;
    stop_by_ = off_by_ = Deadline::never();
    force_stop(SIGKILL);
}

void Session::take_event() {
    try {
        launch_.backend.set_deadline(Deadline::in(call_limit));
        end_ = launch_.backend.event(partition_, state_.get());
        ended_ = is_end(end_.state);
    } catch (const Error& error) {
        // Without events there is nothing to watch: what we cannot see has failed.
        log::warn("container " + launch_.container.record.id + ": " + error.message());
        end_.state = backend::State::failed;
        ended_ = true;
    }
}

// ---- signals
// --------------------------------------------------------------------------------------------

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
    if (launch_.kind == boot::Kind::linux) send(signal_frame(signal));
}

void Session::ask_to_stop(int signal) {
    launch_.backend.set_deadline(Deadline::in(call_limit));
    try {
        if (launch_.backend.query(partition_).state == backend::State::created) {
            force_stop(signal);
            return;
        }
        if (launch_.kind == boot::Kind::linux && agent_) {
            send(signal_frame(signal));
        } else if (hello_) {
            send(frame(RUNPHI_AGENT_SHUTDOWN));
        } else {
            launch_.backend.stop(partition_);
        }
    } catch (const Error& error) {
        // There is nobody to ask, so waiting would only make the stop slower.
        log::debug("monitor: stop: " + error.message());
        force_stop(signal);
        return;
    }
    if (stop_by_.poll_ms() < 0) stop_by_ = Deadline::in(seconds(launch_.stop_timeout_s));
}

void Session::force_stop(int signal) noexcept {
    forced_ = signal;
    try {
        launch_.backend.set_deadline(Deadline::in(call_limit));
        launch_.backend.kill(partition_);
    } catch (const std::exception& error) {
        log::warn(text("container ", launch_.container.record.id, ": ", error.what()));
    }
}

void Session::resize_console() {
    winsize size{};
    if (!pty_.slave || ::ioctl(pty_.slave.get(), TIOCGWINSZ, &size) != 0) return;
    send(resize_frame(size.ws_row, size.ws_col));
}

void Session::reap() {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
}

// ---- the agent
// ------------------------------------------------------------------------------------------

void Session::take_frame(std::uint8_t type, std::string_view payload) {
    if (type == RUNPHI_AGENT_HELLO) {
        hello_ = true;
    } else if (type == RUNPHI_AGENT_EXIT && payload.size() == 1 && !told_status_) {
        told_status_ = static_cast<unsigned char>(payload[0]);
        off_by_ = Deadline::in(power_off_limit);
    } else if (type == RUNPHI_AGENT_ERROR) {
        log::warn("container " + launch_.container.record.id + ": the guest says " +
                  quoted(payload));
    }
}

void Session::read_agent() {
    char buffer[1024];
    const ssize_t got = ::read(agent_.get(), buffer, sizeof buffer);
    if (got > 0) {
        frames_.feed({buffer, static_cast<std::size_t>(got)});
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        agent_.reset();
    }
}

void Session::send(std::string frame) {
    // A guest that does not read must not make us grow.
    if (!agent_ || to_agent_.size() + frame.size() > agent_queue_max) return;
    to_agent_ += frame;
}

// A serial port that no driver has opened drops what it gets: a Linux guest must have said hello
// first.
bool Session::guest_listens() const {
    return hello_ || launch_.kind != boot::Kind::linux;
}

bool Session::agent_may_write() const {
    return !to_agent_.empty() && guest_listens();
}

void Session::write_agent() {
    const ssize_t put = ::write(agent_.get(), to_agent_.data(), to_agent_.size());
    if (put > 0) to_agent_.erase(0, static_cast<std::size_t>(put));
}

void Session::console_input_ended() {
    if (input_end_told_) return;
    input_end_told_ = true;
    send(eof_frame(in_->passed()));
}

// ---- the end
// --------------------------------------------------------------------------------------------

// The end may be seen before what the guest said just before it. All of that is here by now: read
// it, but no more than a guest could say in good faith.
void Session::drain_agent() {
    for (int reads = 0; agent_ && reads < 64; ++reads) {
        pollfd polled{agent_.get(), POLLIN, 0};
        if (::poll(&polled, 1, 0) <= 0) return;
        read_agent();
    }
}

// What the guest wrote last may still be on its way.
void Session::drain_console() {
    if (!out_) return;
    const Deadline until = Deadline::in(drain_limit);
    while (!out_->finished() && !until.passed()) {
        const bool writing = out_->wants_output();
        pollfd polled{writing ? out_->to() : console_.get(),
                      static_cast<short>(writing ? POLLOUT : POLLIN), 0};
        // A console that stays open after its partition has ended is dry when nothing comes at
        // once.
        const int ready = ::poll(&polled, 1, writing ? until.poll_ms() : 100);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return;
        if (writing) {
            out_->write_some();
        } else {
            out_->read_some();
        }
    }
}

int Session::decide_status() const {
    if (told_status_) return *told_status_;
    if (forced_) return 128 + *forced_;
    if (end_.has_exit) return end_.exit_status;
    if (end_.state == backend::State::failed) return crash_status;
    // A Linux guest tells its process's status; one that goes without a word has crashed.
    return launch_.kind == boot::Kind::linux && has_agent_ ? crash_status : 0;
}

void Session::leave_status(int status) const {
    try {
        write_atomic(partition_.dir_fd, "exit",
                     text("{\"status\":", status, ",\"state\":\"", backend::to_string(end_.state),
                          "\",\"at\":\"", rfc3339_now(), "\"}"));
    } catch (const Error& error) {
        // delete --force may have been faster; then nobody asks any more.
        log::debug("monitor: " + error.message());
    }
}

}  // namespace phi::monitor
