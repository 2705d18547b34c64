// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk/host.hpp>
#include <runphi/sdk/linkage.hpp>
#include <runphi/sdk/values.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// For backends whose partitions are processes. Every command of the runtime is a process of its
// own, so what a later one knows of a partition's process is what the handle and /proc say.
namespace runphi::sdk {

// Told apart from a later process with the same pid by its start time.
struct ProcessId {
    int pid = 0;
    std::uint64_t start_time = 0;  // clock ticks since boot
};

struct ProcessStat {
    char state = '?';  // as ps(1) shows it: 'R', 'S', 'T' stopped, 'Z' ended and not reaped
    int parent = 0;
    std::uint64_t start_time = 0;
    int exit_code = 0;  // of a 'Z', as wait(2) gives it

    bool ended() const { return state == 'Z' || state == 'X'; }
};

// nullopt if there is no such process.
RUNPHI_SDK_FUNCTION std::optional<ProcessStat> process_stat(int pid);

// The stat of exactly this process.
RUNPHI_SDK_FUNCTION std::optional<ProcessStat> process_stat(const ProcessId& process);

RUNPHI_SDK_FUNCTION bool process_runs(const ProcessId& process);

RUNPHI_SDK_FUNCTION std::vector<std::string> process_arguments(int pid);
RUNPHI_SDK_FUNCTION std::vector<std::string> process_environment(int pid);

// Every process that has not ended.
RUNPHI_SDK_FUNCTION std::vector<ProcessId> running_processes();

// A pidfd of exactly this process; empty if it is gone. Throws where the kernel gives none (before
// Linux 5.3): nothing stands in for it.
RUNPHI_SDK_FUNCTION UniqueFd open_process(const ProcessId& process);

// Never reaches a stranger. False if the process is gone.
RUNPHI_SDK_FUNCTION bool send_signal(const ProcessId& process, int signal);

// Kills it, waits until it has ended, and reaps it if it is our child. Gone is fine.
RUNPHI_SDK_FUNCTION void end_process(const Host& host, const ProcessId& process);

}  // namespace runphi::sdk

#ifndef RUNPHI_SDK_COMPILED
#include <runphi/sdk/bodies/process.hpp>
#endif
