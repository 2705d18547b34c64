// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "deadline.hpp"

// QEMU processes of ours, and who serves their shares: what the handle says about one, and how one
// is found without a handle.
namespace runphi::qemu {

struct ProcessId {
    int pid = 0;
    std::uint64_t start_time = 0;  // field 22 of /proc/PID/stat: with pid, an identity
    bool operator==(const ProcessId&) const = default;
};

// The handle that create returns: {"pid": ..., "start_time": ..., "share": [the same, ...]}.
struct Handle {
    ProcessId qemu;
    std::vector<ProcessId> share;  // virtiofsd, which is two processes; empty: nothing is shared
};
std::string write_handle(const Handle& handle);
Handle read_handle(std::string_view handle);

// The value of -name that marks QEMU as ours, and the partition that it names.
std::string mark_of(const std::string& partition);
// The partition's name if this is the command line (/proc/PID/cmdline) of one of our QEMUs.
std::optional<std::string> partition_of(std::string_view cmdline);

// Of the virtiofsds of ours: the first option, which names what they serve.
inline constexpr std::string_view share_mark = "source=";
// Is this the command line of one that serves a tree below this directory?
bool serves_tree_below(std::string_view cmdline, std::string_view dir);

// Empty when that process has ended; a zombie has.
sdk::UniqueFd open_process(const ProcessId& process);

struct Found {
    std::string partition;
    ProcessId process;
};
// All QEMUs of ours that run as the user that we are; of one partition, if it is named.
std::vector<Found> find_processes(const std::string& partition = {});

// The virtiofsd processes that serve a tree of this partition.
std::vector<ProcessId> share_processes(const sdk::Partition& partition);

// Every process of the partition that lives: those of the handle. Without a handle create may have
// died half-way: then all that bear the partition's name or serve its tree, if there is a file that
// create makes before the first of them.
std::vector<ProcessId> processes_of(const sdk::Partition& partition);
// Its QEMU. nullopt: it has ended.
std::optional<ProcessId> process_of(const sdk::Partition& partition);

// SIGKILL. Returns the process opened; empty if it has ended already.
sdk::UniqueFd signal_kill(const ProcessId& process);
// SIGKILL, and waits until it is gone; reaps it if it is our child. Gone already: fine. Throws
// Error(timeout) naming the pid.
void end_process(const ProcessId& process, Deadline deadline);

}  // namespace runphi::qemu
