// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "ended.hpp"
#include "files.hpp"
#include "network.hpp"
#include "process.hpp"
#include "qmp.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;
using namespace std::chrono_literals;

namespace {

constexpr auto command_time = 10s;
constexpr auto lock_time = 2s;

// A monitor of a partition that has not ended.
Qmp monitor_of(const sdk::Partition& partition, Deadline deadline) {
    if (process_of(partition)) {
        try {
            return Qmp::connect(partition.dir_fd, qmp_socket, deadline);
        } catch (const Error& error) {
            if (error.code() != Code::not_found) throw;
        }
    }
    throw Error(Code::not_found, "partition " + partition.name +
                                     " is not running: " + ended(partition.dir_fd).detail);
}

[[noreturn]] void wrong_state(const sdk::Partition& partition, const char* wanted,
                              const std::string& state) {
    throw Error(Code::invalid, "partition " + partition.name + " cannot be " + wanted +
                                   ": QEMU's run state is " + state);
}

void remove_files(const sdk::Partition& partition) {
    if (partition.dir_fd < 0) return;  // the container's folder is gone, and all that was in it
    for (const char* name : {qmp_socket, events_socket, console_socket, agent_socket,
                             sessions_socket, log_file, share_socket, share_log}) {
        remove_at(partition.dir_fd, name);
    }
    if (partition.plan.empty()) return;  // then the container's folder goes with what is in it
    const sdk::JsonDocument plan(partition.plan, "plan");
    remove_at(partition.dir_fd, arguments_file(plan.root().string_or("id", {})).c_str());
}

// A QEMU that does not say so soon is taken for a running one.
bool has_ended(const sdk::Partition& partition) {
    try {
        const Deadline deadline = Deadline::in(1s);
        const std::string state =
            Qmp::connect(partition.dir_fd, qmp_socket, deadline).run_state(deadline);
        return state == "shutdown" || state == "guest-panicked" || state == "internal-error";
    } catch (const Error&) {
        return false;
    }
}

void end_all(const sdk::Host& host, const sdk::Partition& partition) {
    const Deadline deadline = Deadline::of(host, command_time);
    for (const ProcessId& process : processes_of(partition)) end_process(process, deadline);
}

}  // namespace

void remove_partition(const sdk::Host& host, const sdk::Partition& partition) {
    end_all(host, partition);
    // Without a plan nobody knows the namespace; the next partition in it puts things right.
    if (!partition.plan.empty()) {
        leave_network(sdk::Plan(partition.plan), partition.name, Deadline::of(host, lock_time));
    }
    remove_files(partition);
}

void QemuBackend::start(const sdk::Host& host, const sdk::Partition& partition) {
    const Deadline deadline = Deadline::of(host, command_time);
    Qmp qmp = monitor_of(partition, deadline);
    const std::string state = qmp.run_state(deadline);
    if (state == "running") return;
    if (state != "prelaunch") wrong_state(partition, "started", state);
    qmp.execute("cont", deadline);
}

void QemuBackend::stop(const sdk::Host& host, const sdk::Partition& partition) {
    const sdk::Plan plan(partition.plan);
    if (plan.kind != "kernel") {
        // phi-init is asked over the agent's channel, and an inmate has no power button.
        throw Error(Code::unsupported,
                    "QEMU cannot ask a guest of kind \"" + plan.kind + "\" to shut down");
    }
    const Deadline deadline = Deadline::of(host, command_time);
    monitor_of(partition, deadline).execute("system_powerdown", deadline);
}

void QemuBackend::pause(const sdk::Host& host, const sdk::Partition& partition) {
    const Deadline deadline = Deadline::of(host, command_time);
    Qmp qmp = monitor_of(partition, deadline);
    const std::string state = qmp.run_state(deadline);
    if (state == "paused") return;
    if (state != "running") wrong_state(partition, "paused", state);
    qmp.execute("stop", deadline);
}

void QemuBackend::resume(const sdk::Host& host, const sdk::Partition& partition) {
    const Deadline deadline = Deadline::of(host, command_time);
    Qmp qmp = monitor_of(partition, deadline);
    const std::string state = qmp.run_state(deadline);
    if (state == "running") return;
    if (state != "paused") wrong_state(partition, "resumed", state);
    qmp.execute("cont", deadline);
}

// Not by QMP's quit: it would wait for a QEMU that does not answer, and nothing of a guest is worth
// an orderly end: to a guest with a disk this is a power cut, as everywhere.
void QemuBackend::kill(const sdk::Host& host, const sdk::Partition& partition) {
    if (!process_of(partition)) return;
    if (!has_ended(partition)) note_kill(partition.dir_fd);
    end_all(host, partition);
}

void QemuBackend::destroy(const sdk::Host& host, const sdk::Partition& partition) {
    remove_partition(host, partition);
}

}  // namespace runphi::qemu
