// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/session.hpp"

#include <signal.h>
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

constexpr auto create_limit = std::chrono::seconds(120);

bool is_end(backend::State state) {
    return state == backend::State::absent || state == backend::State::stopped ||
           state == backend::State::failed;
}

}  // namespace

Session::Session(Launch& launch, UniqueFd signals)
    : launch_(launch),
      partition_(container::partition_of(launch.container)),
      signals_(std::move(signals)),
      agent_(launch_, partition_),
      acts_(launch_) {}

// ---- making

void Session::make_partition() {
    try {
        create();
        open_channels();
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
    UniqueFd console;
    if (launch_.backend.can(RUNPHI_CAP_CONSOLE)) console = launch_.backend.console(partition_);
    agent_.open();
    const auto& process = *launch_.spec.process;
    stdio_.set_up(std::move(launch_.console_socket), process.console_height.value_or(0),
                  process.console_width.value_or(0));
    stdio_.connect(std::move(console));
    acts_.open();
}

void Session::undo() noexcept {
    try {
        launch_.backend.set_deadline(Deadline::in(backend_call_limit));
        launch_.backend.destroy(partition_);
        launch_.backend.unmount(partition_);
    } catch (const std::exception& error) {
        log::debug(text("monitor: undo: ", error.what()));
    }
}

// ---- living

int Session::run(Sync& sync) {
    while (!ended_) poll_once(sync);
    agent_.drain();
    stdio_.drain();
    const int status = decide_status();
    leave_status(status);
    return status;
}

int Session::poll_timeout() const {
    const auto left = [](const Deadline& deadline) { return deadline.remaining_ms(); };
    const auto first = std::min(
        {left(stop_by_), left(stdio_.deadline()), left(agent_.off_by()), left(agent_.deadline())});
    return first == std::numeric_limits<std::int64_t>::max()
               ? -1
               : static_cast<int>(std::min<std::int64_t>(first, 1'000'000'000));
}

void Session::poll_once(Sync& sync) {
    polled_.clear();
    const std::size_t signal = polled_.add(signals_.get(), POLLIN);
    const std::size_t state = polled_.add(state_.get(), POLLIN);
    const std::size_t creator = polled_.add(committed_ ? -1 : sync.fd(), POLLIN);
    stdio_.add_to(polled_, agent_.listens() || !agent_.present());
    agent_.add_to(polled_);
    acts_.add_to(polled_);
    polled_.wait(poll_timeout());
    if (polled_.at(creator) != 0) hear_creator(sync);
    stdio_.handle(polled_);
    if (const auto length = stdio_.take_input_length()) agent_.send(eof_frame(*length));
    agent_.handle(polled_);
    acts_.handle(polled_);
    if (polled_.at(signal) != 0) take_signals();
    if (polled_.at(state) != 0) take_event();
    check_deadlines();
}

void Session::hear_creator(Sync& sync) {
    committed_ = sync.hear() == Word::commit;
    if (!committed_) {
        undo();
        ::_exit(1);
    }
    sync.close();
}

void Session::check_deadlines() {
    if (ended_ || (!stop_by_.passed() && !agent_.off_by().passed())) return;
    stop_by_ = Deadline::never();
    agent_.stop_waiting();
    force_stop(SIGKILL);
}

void Session::take_event() {
    try {
        launch_.backend.set_deadline(Deadline::in(backend_call_limit));
        end_ = launch_.backend.event(partition_, state_.get());
        ended_ = is_end(end_.state);
    } catch (const Error& error) {
        // Without events there is nothing to watch: what we cannot see has failed.
        log::warn("container " + launch_.container.record.id + ": " + error.message());
        end_.state = backend::State::failed;
        ended_ = true;
    }
}

// ---- the end

int Session::decide_status() const {
    if (const auto told = agent_.told_status()) return *told;
    if (forced_) return 128 + *forced_;
    if (end_.has_exit) return end_.exit_status;
    if (end_.state == backend::State::failed) return crash_status;
    // A Linux guest tells its process's status; one that goes without a word has crashed.
    return launch_.kind == boot::Kind::linux && agent_.present() ? crash_status : 0;
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
