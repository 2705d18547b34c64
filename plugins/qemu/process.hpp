// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "deadline.hpp"

// QEMU processes of ours: what the handle says about one, and how one is found without a handle.
namespace runphi::qemu {

struct ProcessId {
    int pid = 0;
    std::uint64_t start_time = 0;  // field 22 of /proc/PID/stat: with pid, an identity
    bool operator==(const ProcessId&) const = default;
};

// The handle that create returns: {"pid": ..., "start_time": ...}.
std::string write_handle(const ProcessId& process);
ProcessId read_handle(std::string_view handle);

// The value of -name that marks QEMU as ours, and the partition that it names.
std::string mark_of(const std::string& partition);
// The partition's name if this is the command line (/proc/PID/cmdline) of one of our QEMUs.
std::optional<std::string> partition_of(std::string_view cmdline);

// Empty when that process has ended; a zombie has.
sdk::UniqueFd open_process(const ProcessId& process);

struct Found {
    std::string partition;
    ProcessId process;
};
// All QEMUs of ours that run as the user that we are; of one partition, if it is named.
std::vector<Found> find_processes(const std::string& partition = {});

// The process of the handle, if it lives. Without a handle create may have died half-way: then all
// that bear the partition's name, if there is the QMP socket, which create makes before the first.
std::vector<ProcessId> processes_of(const sdk::Partition& partition);
// One of them. nullopt: it has ended.
std::optional<ProcessId> process_of(const sdk::Partition& partition);

// SIGKILL. Returns the process opened; empty if it has ended already.
sdk::UniqueFd signal_kill(const ProcessId& process);
// SIGKILL, and waits until it is gone; reaps it if it is our child. Gone already: fine. Throws
// Error(timeout) naming the pid.
void end_process(const ProcessId& process, Deadline deadline);

}  // namespace runphi::qemu
