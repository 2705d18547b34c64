// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/unique_fd.hpp"

namespace phi {

// A process, told apart from a later one with the same pid by its start time, and from one before
// the last boot by the boot id.
struct ProcessId {
    pid_t pid = 0;
    std::uint64_t start_time = 0;  // field 22 of /proc/PID/stat, clock ticks since boot

    bool operator==(const ProcessId&) const = default;
};

// /proc/sys/kernel/random/boot_id without the newline.
std::string boot_id();

ProcessId self();
// nullopt if there is no such process, or it is a zombie.
std::optional<std::uint64_t> start_time_of(pid_t pid);
bool alive(const ProcessId& process);
// A pidfd of exactly this process; empty if it has ended. Throws where the kernel gives none.
UniqueFd open_pidfd(const ProcessId& process);
// Sends through a pidfd, so never to a stranger. False if the process has ended.
bool send_signal(const ProcessId& process, int signal);
// Waits until it has ended (also when it is not our child). False when the time ran out.
bool wait_gone(const ProcessId& process, int timeout_ms);

struct SpawnFd {
    int from;
    int to;
};

struct SpawnRequest {
    std::vector<std::string> argv;  // argv[0]: an absolute path, unless `path` is given
    std::vector<std::string> env;   // "NAME=value"
    std::vector<SpawnFd> fds;  // 0, 1 and 2 become /dev/null unless mapped; all others are closed
    int cwd_fd = -1;           // -1: "/"
    bool die_with_parent = false;
    bool new_session = true;
    int mount_namespace = -1;  // a descriptor of the one to run in; -1: ours
    std::string path = {};  // the program, absolute, where argv[0] is another name; empty: argv[0]
};

struct Spawned {
    ProcessId id;
    UniqueFd pidfd;  // never empty
};

// vfork and execve with nothing inherited but what is named. Throws os_error("exec PATH") if the
// program cannot be run, which is known when this returns.
Spawned spawn(const SpawnRequest& request);

}  // namespace phi
