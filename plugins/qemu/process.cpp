// SPDX-License-Identifier: Apache-2.0
#include "process.hpp"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <memory>

#include "files.hpp"
#include "socket.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

constexpr std::string_view mark = "guest=runphi-";

std::string proc_path(int pid, const char* file) {
    return "/proc/" + std::to_string(pid) + "/" + file;
}

// nullopt: no such process, or a zombie.
std::optional<std::uint64_t> start_time_of(int pid) {
    const std::string stat = read_small(proc_path(pid, "stat"));
    // Field 2 is the name, in parentheses, and may hold anything.
    auto at = stat.rfind(')');
    if (at == std::string::npos || at + 2 >= stat.size()) return std::nullopt;
    const char state = stat[at + 2];
    if (state == 'Z' || state == 'X') return std::nullopt;
    ++at;
    for (int field = 3; field <= 22; ++field) {
        at = stat.find(' ', at);
        if (at == std::string::npos) return std::nullopt;
        ++at;
    }
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(stat.data() + at, stat.data() + stat.size(), value);
    return parsed.ec == std::errc() ? std::optional(value) : std::nullopt;
}

std::vector<std::string_view> arguments(std::string_view cmdline) {
    std::vector<std::string_view> out;
    while (!cmdline.empty()) {
        const auto end = cmdline.find('\0');
        out.push_back(cmdline.substr(0, end));
        if (end == std::string_view::npos) break;
        cmdline.remove_prefix(end + 1);
    }
    return out;
}

bool ours(int pid) {
    struct stat info {};
    return ::stat(proc_path(pid, "").c_str(), &info) == 0 && info.st_uid == ::geteuid();
}

}  // namespace

std::string write_handle(const ProcessId& process) {
    return sdk::JsonWriter()
        .object()
        .field("pid", process.pid)
        .field("start_time", process.start_time)
        .end_object()
        .text();
}

ProcessId read_handle(std::string_view handle) {
    const sdk::JsonDocument document(handle, "handle");
    const sdk::Json root = document.root();
    return {static_cast<int>(root.at("pid").u64(1, INT32_MAX)), root.at("start_time").u64()};
}

std::string mark_of(const std::string& partition) {
    return std::string(mark) + partition;
}

std::optional<std::string> partition_of(std::string_view cmdline) {
    const auto args = arguments(cmdline);
    if (args.size() < 3 || args[1] != "-name" || args[2].substr(0, mark.size()) != mark) {
        return std::nullopt;
    }
    return std::string(args[2].substr(mark.size()));
}

UniqueFd open_process(const ProcessId& process) {
    UniqueFd fd = sdk::open_process({process.pid, process.start_time});
    // The kernel opens a zombie, too.
    if (fd && !start_time_of(process.pid)) fd.reset();
    return fd;
}

std::vector<Found> find_processes(const std::string& partition) {
    std::vector<Found> out;
    const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), &::closedir);
    if (!proc) throw sdk::os_error("open /proc");
    while (const dirent* entry = ::readdir(proc.get())) {
        const std::string_view name = entry->d_name;
        int pid = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) continue;
        const auto start = start_time_of(pid);
        const auto found = partition_of(read_small(proc_path(pid, "cmdline"), 4096));
        if (!start || !found || (!partition.empty() && *found != partition) || !ours(pid)) continue;
        out.push_back({*found, {pid, *start}});
    }
    return out;
}

std::vector<ProcessId> processes_of(const sdk::Partition& partition) {
    if (!partition.handle.empty()) {
        const ProcessId process = read_handle(partition.handle);
        if (open_process(process)) return {process};
        return {};
    }
    if (partition.dir_fd >= 0 && !exists_at(partition.dir_fd, qmp_socket)) return {};
    std::vector<ProcessId> out;
    for (const Found& one : find_processes(partition.name)) out.push_back(one.process);
    return out;
}

std::optional<ProcessId> process_of(const sdk::Partition& partition) {
    const auto all = processes_of(partition);
    return all.empty() ? std::nullopt : std::optional(all.front());
}

UniqueFd signal_kill(const ProcessId& process) {
    UniqueFd fd = open_process(process);
    if (fd && ::syscall(SYS_pidfd_send_signal, fd.get(), SIGKILL, nullptr, 0) != 0 &&
        errno != ESRCH) {
        throw sdk::os_error("kill QEMU, process " + std::to_string(process.pid));
    }
    return fd;
}

void end_process(const ProcessId& process, Deadline deadline) {
    const UniqueFd fd = signal_kill(process);
    if (!fd) return;
    if (!wait_readable(fd.get(), deadline)) {
        throw Error(Code::timeout, "QEMU, process " + std::to_string(process.pid) +
                                       ", does not end although it was killed");
    }
    // Ours only if this process has spawned it; else its parent reaps it.
    ::waitpid(process.pid, nullptr, WNOHANG);
}

}  // namespace runphi::qemu
