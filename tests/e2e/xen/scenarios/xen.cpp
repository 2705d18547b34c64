// SPDX-License-Identifier: Apache-2.0
#include "xen.hpp"

#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "core/base/text.hpp"

namespace phi::test {

std::string tool(const std::string& name) {
    const char* path = std::getenv("PATH");
    for (const auto& folder : split(path == nullptr ? "" : path, ':')) {
        const std::string file = text(folder, '/', name);
        if (::access(file.c_str(), X_OK) == 0) return file;
    }
    throw std::runtime_error("there is no program " + name);
}

Result xl(const std::vector<std::string>& args) {
    std::vector<std::string> argv{tool("xl")};
    argv.insert(argv.end(), args.begin(), args.end());
    return run_program(argv, {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"});
}

std::vector<Domain> domains() {
    const Result listed = xl({"list"});
    if (listed.status != 0) throw std::runtime_error("xl list: " + listed.err);
    std::vector<Domain> all;
    std::istringstream lines(listed.out);
    std::string line;
    for (std::getline(lines, line); std::getline(lines, line);) {
        Domain one;
        std::istringstream(line) >> one.name >> one.id >> one.memory_mib >> one.vcpus >> one.state;
        if (one.id != 0) all.push_back(one);
    }
    return all;
}

std::optional<Domain> domain(const std::string& name) {
    for (const auto& one : domains()) {
        if (one.name == name) return one;
    }
    return std::nullopt;
}

bool no_domains() {
    return Sandbox::eventually([] { return domains().empty(); }, std::chrono::seconds(20),
                               std::chrono::milliseconds(100));
}

// `xl info` knows MiB only. The hypervisor itself prints its heap zone by zone, on the key H:
// "heap[node=0][zone=7] -> 12345 pages".
std::uint64_t free_pages() {
    xl({"dmesg", "-c"});
    xl({"debug-keys", "H"});
    const std::string said = xl({"dmesg"}).out;
    std::uint64_t pages = 0;
    bool found = false;
    for (const auto& line : split(said, '\n')) {
        const auto at = line.find("] -> ");
        if (line.find("heap[node=") == std::string_view::npos || at == std::string_view::npos)
            continue;
        found = true;
        const auto number = line.substr(at + 5);
        pages += parse_u64(number.substr(0, number.find(' '))).value_or(0);
    }
    if (!found) throw std::runtime_error("Xen does not tell of its heap: " + said);
    return pages;
}

std::int64_t missing_pages(std::uint64_t before, std::int64_t may_miss) {
    std::int64_t missing = 0;
    Sandbox::eventually(
        [&] { return (missing = static_cast<std::int64_t>(before - free_pages())) <= may_miss; },
        std::chrono::seconds(5), std::chrono::milliseconds(200));
    return missing;
}

std::string console_log(const std::string& domain, const std::string& port) {
    return read_text(text("/var/log/xen/console/guest-", domain, port, ".log"));
}

}  // namespace phi::test
