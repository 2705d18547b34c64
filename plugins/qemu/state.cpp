// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include "backend.hpp"
#include "ended.hpp"
#include "files.hpp"
#include "process.hpp"
#include "qmp.hpp"
#include "socket.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;
using sdk::State;
using sdk::UniqueFd;
using namespace std::chrono_literals;

namespace {

constexpr auto answer_time = 5s;
constexpr unsigned events_at_once = 1000;

// A partition without a process: its log tells whether it ever ran; destroy removes it.
sdk::Query without_process(int dir_fd) {
    if (exists_at(dir_fd, log_file)) return ended(dir_fd);
    return {State::absent, std::nullopt, "no QEMU process"};
}

sdk::Query from_run_state(const std::string& state, int dir_fd) {
    sdk::Query out{State::failed, std::nullopt, "QEMU's run state is " + state};
    if (state == "prelaunch") out.state = State::created;
    if (state == "running") out.state = State::running;
    if (state == "paused" || state == "suspended") out.state = State::paused;
    return state == "shutdown" ? ended(dir_fd) : out;
}

// Of a process that lives, or is just ending.
sdk::Query ask(const ProcessId& process, int dir_fd, Deadline deadline) {
    try {
        Qmp qmp = Qmp::connect(dir_fd, qmp_socket, deadline);
        return from_run_state(qmp.run_state(deadline), dir_fd);
    } catch (const Error& error) {
        // A busy host, or a client of somebody else's: QEMU is there, and a guest that has not been
        // started, or has ended, lets its monitor answer at once.
        if (error.code() == Code::timeout || error.code() == Code::busy) {
            return {State::running, std::nullopt, error.message()};
        }
        if (error.code() != Code::not_found) throw;
    }
    const UniqueFd fd = open_process(process);
    if (fd && !wait_readable(fd.get(), deadline)) {
        throw Error(Code::timeout, "QEMU, process " + std::to_string(process.pid) +
                                       ", has closed its monitor and does not end");
    }
    return without_process(dir_fd);
}

sdk::Query query_now(const sdk::Partition& partition, Deadline deadline) {
    const auto process = process_of(partition);
    return process ? ask(*process, partition.dir_fd, deadline) : without_process(partition.dir_fd);
}

// Takes all events that have arrived; the reason of a SHUTDOWN among them.
std::optional<std::string> take_shutdown(int fd) {
    for (unsigned i = 0; i < events_at_once; ++i) {
        const QmpLine line = take_line(fd);
        if (line.kind != QmpLine::Kind::line) return std::nullopt;
        if (auto reason = shutdown_reason(line.text)) return reason;
    }
    return std::nullopt;
}

sdk::Query what_happened(const sdk::Partition& partition, int fd, Deadline deadline) {
    if (const auto reason = take_shutdown(fd)) return ended_by(*reason);
    sdk::Query now = query_now(partition, deadline);
    if (now.state == State::absent) now = ended(partition.dir_fd);
    if (now.state != State::stopped && now.state != State::failed) return now;
    // It has ended since we looked, and said why before that.
    const auto reason = take_shutdown(fd);
    return reason ? ended_by(*reason) : now;
}

}  // namespace

sdk::Query QemuBackend::query(const sdk::Host& host, const sdk::Partition& partition) {
    return query_now(partition, Deadline::of(host, answer_time));
}

UniqueFd QemuBackend::wait(const sdk::Host& host, const sdk::Partition& partition) {
    return Qmp::connect(partition.dir_fd, events_socket, Deadline::of(host, answer_time)).release();
}

sdk::Query QemuBackend::event(const sdk::Host& host, const sdk::Partition& partition, int fd) {
    sdk::Query now = what_happened(partition, fd, Deadline::of(host, answer_time));
    if (now.state != State::stopped && now.state != State::failed) return now;
    // A stopped QEMU holds the guest's memory, and its console and agent sockets have no end. The
    // log keeps the cause.
    if (const auto process = process_of(partition)) signal_kill(*process);
    return now;
}

std::vector<sdk::Listed> QemuBackend::list(const sdk::Host& host) {
    const Deadline deadline = Deadline::of(host, answer_time);
    std::vector<sdk::Listed> out;
    for (const Found& one : find_processes()) {
        // QEMU's working directory is the partition's, wherever that is.
        const std::string cwd = "/proc/" + std::to_string(one.process.pid) + "/cwd";
        const UniqueFd dir(::open(cwd.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!dir) continue;
        const State state = ask(one.process, dir.get(), deadline).state;
        if (state != State::absent) out.push_back({one.partition, state});
    }
    return out;
}

}  // namespace runphi::qemu
