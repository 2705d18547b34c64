// SPDX-License-Identifier: Apache-2.0
#include "core/live/processes.hpp"

#include <dirent.h>

#include <algorithm>
#include <map>
#include <memory>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "core/live/cgroup.hpp"

namespace phi::live {

namespace {

// 0 for one that has ended, or is a zombie.
pid_t parent_of(pid_t pid) {
    std::string stat;
    try {
        stat = read_file(text("/proc/", pid, "/stat"), 4096);
    } catch (const Error&) {
        return 0;
    }
    // Behind the command's name, which may hold anything: ") STATE PPID ...".
    const auto paren = stat.rfind(')');
    if (paren == std::string::npos || paren + 2 >= stat.size()) return 0;
    const auto fields = split(std::string_view(stat).substr(paren + 2), ' ');
    if (fields.size() < 2 || fields[0] == "Z" || fields[0] == "X") return 0;
    return static_cast<pid_t>(parse_u64(fields[1]).value_or(0));
}

std::multimap<pid_t, pid_t> children_by_parent() {
    std::multimap<pid_t, pid_t> children;
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir("/proc"), ::closedir);
    if (!dir) throw os_error("open /proc");
    while (const dirent* entry = ::readdir(dir.get())) {
        const auto pid = parse_u64(entry->d_name);
        if (!pid) continue;
        const auto child = static_cast<pid_t>(*pid);
        if (const pid_t parent = parent_of(child); parent != 0) children.emplace(parent, child);
    }
    return children;
}

}  // namespace

std::vector<pid_t> family_of(pid_t ancestor) {
    const auto children = children_by_parent();
    std::vector<pid_t> family{ancestor};
    for (std::size_t at = 0; at < family.size(); ++at) {
        const auto [first, last] = children.equal_range(family[at]);
        for (auto child = first; child != last; ++child) family.push_back(child->second);
    }
    std::sort(family.begin(), family.end());
    return family;
}

std::vector<pid_t> processes(const container::Container& container) {
    const pid_t monitor = container.pid();
    if (monitor == 0) return {};
    const Cgroup cgroup = Cgroup::of(container);
    return cgroup.empty() ? family_of(monitor) : cgroup.processes();
}

}  // namespace phi::live
