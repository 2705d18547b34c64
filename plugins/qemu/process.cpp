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

std::string write_handle(const Handle& handle) {
    sdk::JsonWriter out;
    out.object().field("pid", handle.qemu.pid).field("start_time", handle.qemu.start_time);
    if (!handle.share.empty()) out.array("share");
    for (const ProcessId& one : handle.share) {
        out.object().field("pid", one.pid).field("start_time", one.start_time).end_object();
    }
    if (!handle.share.empty()) out.end_array();
    return out.end_object().text();
}

Handle read_handle(std::string_view handle) {
    const sdk::JsonDocument document(handle, "handle");
    const auto process = [](const sdk::Json& json) {
        return ProcessId{static_cast<int>(json.at("pid").u64(1, INT32_MAX)),
                         json.at("start_time").u64()};
    };
    const sdk::Json root = document.root();
    Handle out{process(root), {}};
    const auto share = root.find("share");
    if (!share) return out;
    for (const sdk::Json& one : share->elements()) out.share.push_back(process(one));
    return out;
}

std::string mark_of(const std::string& partition) {
    return std::string(mark) + partition;
}

bool serves_tree_below(std::string_view cmdline, std::string_view dir) {
    const auto args = arguments(cmdline);
    if (args.size() < 4 || dir.empty() || args[2] != "-o") return false;
    std::string_view source = args[3];
    if (source.substr(0, share_mark.size()) != share_mark) return false;
    source.remove_prefix(share_mark.size());
    return source.size() > dir.size() && source.substr(0, dir.size()) == dir &&
           source[dir.size()] == '/';
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

namespace {

template <typename See>
void for_each_process(const See& see) {
    const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), &::closedir);
    if (!proc) throw sdk::os_error("open /proc");
    while (const dirent* entry = ::readdir(proc.get())) {
        const std::string_view name = entry->d_name;
        int pid = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) continue;
        const auto start = start_time_of(pid);
        if (start) see(ProcessId{pid, *start}, read_small(proc_path(pid, "cmdline"), 4096));
    }
}

}  // namespace

std::vector<Found> find_processes(const std::string& partition) {
    std::vector<Found> out;
    for_each_process([&](const ProcessId& process, std::string_view cmdline) {
        const auto found = partition_of(cmdline);
        const bool wanted = found && (partition.empty() || *found == partition);
        if (wanted && ours(process.pid)) out.push_back({*found, process});
    });
    return out;
}

std::vector<ProcessId> share_processes(const sdk::Partition& partition) {
    std::vector<ProcessId> out;
    for_each_process([&](const ProcessId& process, std::string_view cmdline) {
        if (serves_tree_below(cmdline, partition.dir) && ours(process.pid)) out.push_back(process);
    });
    return out;
}

namespace {

std::vector<ProcessId> living(const Handle& handle) {
    std::vector<ProcessId> out;
    if (open_process(handle.qemu)) out.push_back(handle.qemu);
    for (const ProcessId& one : handle.share) {
        if (open_process(one)) out.push_back(one);
    }
    return out;
}

bool may_have_processes(const sdk::Partition& partition) {
    return partition.dir_fd < 0 || exists_at(partition.dir_fd, qmp_socket) ||
           exists_at(partition.dir_fd, share_log);
}

}  // namespace

std::vector<ProcessId> processes_of(const sdk::Partition& partition) {
    if (!partition.handle.empty()) return living(read_handle(partition.handle));
    std::vector<ProcessId> out;
    if (!may_have_processes(partition)) return out;
    for_each_process([&](const ProcessId& process, std::string_view cmdline) {
        const bool wanted =
            partition_of(cmdline) == partition.name || serves_tree_below(cmdline, partition.dir);
        if (wanted && ours(process.pid)) out.push_back(process);
    });
    return out;
}

std::optional<ProcessId> process_of(const sdk::Partition& partition) {
    if (!partition.handle.empty()) {
        const ProcessId qemu = read_handle(partition.handle).qemu;
        return open_process(qemu) ? std::optional(qemu) : std::nullopt;
    }
    if (!may_have_processes(partition)) return std::nullopt;
    const auto found = find_processes(partition.name);
    return found.empty() ? std::nullopt : std::optional(found.front().process);
}

UniqueFd signal_kill(const ProcessId& process) {
    UniqueFd fd = open_process(process);
    if (fd && ::syscall(SYS_pidfd_send_signal, fd.get(), SIGKILL, nullptr, 0) != 0 &&
        errno != ESRCH) {
        throw sdk::os_error("kill process " + std::to_string(process.pid));
    }
    return fd;
}

void end_process(const ProcessId& process, Deadline deadline) {
    const UniqueFd fd = signal_kill(process);
    if (!fd) return;
    if (!wait_readable(fd.get(), deadline)) {
        throw Error(Code::timeout, "process " + std::to_string(process.pid) +
                                       " of a partition does not end although it was killed");
    }
    // Ours only if this process has spawned it; else its parent reaps it.
    ::waitpid(process.pid, nullptr, WNOHANG);
}

}  // namespace runphi::qemu
