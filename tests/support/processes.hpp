// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/text.hpp"
#include "support/sandbox.hpp"

// Processes of containers, seen through /proc.
namespace phi::test {

// The number behind `name` in a file of lines "NAME NUMBER ..."; 0 if it is not there.
inline std::uint64_t number_in(const std::string& file, std::string_view name) {
    const std::string all = read_text(file);
    for (const std::string_view line : split(all, '\n')) {
        if (!line.starts_with(name)) continue;
        for (const std::string_view word : split(line.substr(name.size()), ' ')) {
            if (const auto number = parse_u64(word)) return *number;
        }
    }
    return 0;
}

// The container's process, as `state` tells it; 0 if it has none.
inline pid_t pid_of(const Sandbox& node, const std::string& id) {
    const std::string state = node.run({"state", id}).out;
    const auto at = state.find("\"pid\": ");
    if (at == std::string::npos) return 0;
    const auto digits = std::string_view(state).substr(at + 7);
    return static_cast<pid_t>(parse_u64(digits.substr(0, digits.find(','))).value_or(0));
}

// Its children.
inline std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto pid = parse_u64(entry.path().filename().string());
        if (!pid) continue;
        if (number_in(entry.path() / "status", "PPid:\t") == static_cast<std::uint64_t>(parent))
            found.push_back(static_cast<pid_t>(*pid));
    }
    return found;
}

// The pages that it shares with nobody and has written to.
inline std::uint64_t private_kib(pid_t pid) {
    return number_in(text("/proc/", pid, "/smaps_rollup"), "Private_Dirty:");
}

// The bytes that it has read and written in its life, on whatever descriptor; what is sent and
// received does not count.
inline std::uint64_t bytes_read(pid_t pid) {
    return number_in(text("/proc/", pid, "/io"), "rchar:");
}
inline std::uint64_t bytes_written(pid_t pid) {
    return number_in(text("/proc/", pid, "/io"), "wchar:");
}

}  // namespace phi::test
