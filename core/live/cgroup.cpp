// SPDX-License-Identifier: Apache-2.0
#include "core/live/cgroup.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "core/monitor/cgroup.hpp"

namespace phi::live {

namespace {

// A file of the kernel's, which may go away while it is read.
std::string read_or_empty(const std::string& path) {
    try {
        return read_file(path, 4U << 20);
    } catch (const Error&) {
        return {};
    }
}

std::vector<pid_t> processes_in(const std::string& directory) {
    std::vector<pid_t> pids;
    const std::string procs = read_or_empty(directory + "/cgroup.procs");
    for (const auto line : split(procs, '\n'))
        if (const auto pid = parse_u64(line)) pids.push_back(static_cast<pid_t>(*pid));
    return pids;
}

}  // namespace

Cgroup Cgroup::of(const container::Container& container) {
    std::vector<std::string> directories;
    const pid_t monitor = container.pid();
    if (monitor == 0 || container.record.cgroup.empty()) return Cgroup({});
    for (const auto& mount : monitor::cgroup_mounts(read_file("/proc/self/mountinfo"))) {
        std::string directory = mount.path + container.record.cgroup;
        const auto pids = processes_in(directory);
        if (std::find(pids.begin(), pids.end(), monitor) != pids.end())
            directories.push_back(std::move(directory));
    }
    return Cgroup(std::move(directories));
}

const std::string* Cgroup::with(const std::string& file) const {
    for (const auto& directory : directories_)
        if (::access(text(directory, '/', file).c_str(), F_OK) == 0) return &directory;
    return nullptr;
}

std::string Cgroup::read(const std::string& file) const {
    const std::string* directory = with(file);
    if (directory == nullptr) return {};
    std::string content = read_or_empty(text(*directory, '/', file));
    while (content.ends_with('\n')) content.pop_back();
    return content;
}

std::optional<std::uint64_t> Cgroup::number(const std::string& file) const {
    return parse_u64(read(file));
}

std::map<std::string, std::uint64_t> Cgroup::table(const std::string& file) const {
    std::map<std::string, std::uint64_t> numbers;
    const std::string content = read(file);
    for (const auto line : split(content, '\n')) {
        const auto space = line.find(' ');
        if (space == std::string_view::npos) continue;
        if (const auto number = parse_u64(line.substr(space + 1)))
            numbers.emplace(line.substr(0, space), *number);
    }
    return numbers;
}

std::vector<pid_t> Cgroup::processes() const {
    // All of them are in each of the hierarchies: one will do.
    if (empty()) return {};
    namespace fs = std::filesystem;
    std::vector<pid_t> pids = processes_in(directories_.front());
    std::error_code gone;
    for (fs::recursive_directory_iterator at(directories_.front(), gone), end; !gone && at != end;
         at.increment(gone)) {
        if (!at->is_directory(gone)) continue;
        const auto below = processes_in(at->path());
        pids.insert(pids.end(), below.begin(), below.end());
    }
    std::sort(pids.begin(), pids.end());
    pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
    return pids;
}

}  // namespace phi::live
