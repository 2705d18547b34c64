// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <runphi/sdk/error.hpp>
#include <runphi/sdk/process.hpp>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace runphi::sdk {

namespace detail {

// Up to 64 KiB of a file below /proc; empty if it cannot be read.
RUNPHI_SDK_FUNCTION std::string read_proc(int pid, const char* name) {
    const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string bytes;
    std::size_t length = 0;
    while (file && length < 65536) {
        bytes.resize(length + 4096);  // nearly always all of it
        const ssize_t got = ::read(file.get(), bytes.data() + length, 4096);
        if (got <= 0) break;
        length += static_cast<std::size_t>(got);
    }
    bytes.resize(length);
    return bytes;
}

RUNPHI_SDK_FUNCTION std::vector<std::string> split_nul(const std::string& bytes) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < bytes.size(); at += out.back().size() + 1) {
        out.emplace_back(bytes.c_str() + at);
    }
    return out;
}

}  // namespace detail

RUNPHI_SDK_FUNCTION std::optional<ProcessStat> process_stat(int pid) {
    const std::string line = detail::read_proc(pid, "stat");
    // The command's name may hold spaces and parentheses; the fields go on after its last one.
    const auto paren = line.rfind(')');
    if (pid <= 0 || paren == std::string::npos || paren + 2 >= line.size()) return std::nullopt;
    ProcessStat stat;
    stat.state = line[paren + 2];
    std::size_t at = paren + 2;
    for (int field = 3; at != std::string::npos; ++field) {
        if (field == 4) stat.parent = std::atoi(line.c_str() + at);
        if (field == 22) stat.start_time = std::strtoull(line.c_str() + at, nullptr, 10);
        if (field == 52) stat.exit_code = std::atoi(line.c_str() + at);
        at = line.find(' ', at);
        if (at != std::string::npos) ++at;
    }
    return stat;
}

RUNPHI_SDK_FUNCTION std::optional<ProcessStat> process_stat(const ProcessId& process) {
    const auto stat = process_stat(process.pid);
    return stat && stat->start_time == process.start_time ? stat : std::nullopt;
}

RUNPHI_SDK_FUNCTION bool process_runs(const ProcessId& process) {
    const auto stat = process_stat(process);
    return stat && !stat->ended();
}

RUNPHI_SDK_FUNCTION std::vector<std::string> process_arguments(int pid) {
    return detail::split_nul(detail::read_proc(pid, "cmdline"));
}
RUNPHI_SDK_FUNCTION std::vector<std::string> process_environment(int pid) {
    return detail::split_nul(detail::read_proc(pid, "environ"));
}

RUNPHI_SDK_FUNCTION std::vector<ProcessId> running_processes() {
    const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), &::closedir);
    if (!proc) throw os_error("open /proc");
    std::vector<ProcessId> out;
    while (const dirent* entry = ::readdir(proc.get())) {
        char* end = nullptr;
        const long pid = std::strtol(entry->d_name, &end, 10);
        if (pid <= 0 || *end != '\0') continue;
        const auto stat = process_stat(static_cast<int>(pid));
        if (stat && !stat->ended()) out.push_back({static_cast<int>(pid), stat->start_time});
    }
    return out;
}

RUNPHI_SDK_FUNCTION UniqueFd open_process(const ProcessId& process) {
    if (process.pid <= 0) return {};
    UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
    const int number = errno;
    // Its pid may have been given to another one before it was opened, not after.
    if (!process_stat(process)) return {};
    if (!fd) throw os_error("pidfd_open process " + std::to_string(process.pid), number);
    return fd;
}

RUNPHI_SDK_FUNCTION bool send_signal(const ProcessId& process, int signal) {
    const UniqueFd fd = open_process(process);
    if (!fd) return false;
    if (::syscall(SYS_pidfd_send_signal, fd.get(), signal, nullptr, 0) == 0) return true;
    if (errno == ESRCH) return false;
    throw os_error("signal process " + std::to_string(process.pid));
}

RUNPHI_SDK_FUNCTION void end_process(const Host& host, const ProcessId& process) {
    const UniqueFd fd = open_process(process);
    if (!fd || !send_signal(process, SIGKILL)) return;
    pollfd waiting{fd.get(), POLLIN, 0};
    int ready = 0;
    do {
        ready = ::poll(&waiting, 1, host.poll_ms());
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0) {
        throw Error(Code::timeout, "process " + std::to_string(process.pid) + " does not end");
    }
    ::waitpid(process.pid, nullptr, WNOHANG);
}

}  // namespace runphi::sdk
