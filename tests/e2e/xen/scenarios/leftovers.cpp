// SPDX-License-Identifier: Apache-2.0
#include "leftovers.hpp"

#include <filesystem>

#include "core/base/text.hpp"
#include "support/sandbox.hpp"
#include "xen.hpp"

namespace phi::test {

namespace fs = std::filesystem;

namespace {

void add_domains(std::set<std::string>& things) {
    for (const auto& one : domains())
        things.insert(text("domain ", one.id, " ", one.name, " ", one.state));
}

void add_xenstore(std::set<std::string>& things) {
    const Result listed = run_program({tool("xenstore-ls"), "-f"});
    for (const auto& line : split(listed.out, '\n')) {
        const std::string key(line.substr(0, line.find(" = ")));
        // The first domain of all makes these two, which stay.
        if (!key.empty() && key != "/libxl" && key != "/vm") things.insert("xenstore " + key);
    }
}

void add_processes(std::set<std::string>& things) {
    for (const auto& entry : fs::directory_iterator("/proc")) {
        std::error_code gone;
        const std::string program = fs::read_symlink(entry.path() / "exe", gone);
        if (program.find("/runphi") == std::string::npos) continue;
        std::string line = read_text(entry.path() / "cmdline");
        for (char& byte : line) byte = byte == '\0' ? ' ' : byte;
        things.insert(text("process ", entry.path().filename().string(), " ", line));
    }
}

void add_mounts(std::set<std::string>& things) {
    const std::string all = read_text("/proc/self/mounts");
    for (const auto& line : split(all, '\n')) things.insert(text("mount ", line));
}

void add_files(std::set<std::string>& things) {
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator("/run/runPHI", none)) {
        const std::string path = entry.path();
        // A cache and the ledger's lock belong to no container; empty folders name namespaces.
        if (path.find("/@") != std::string::npos && (!entry.is_directory() || fs::is_empty(path)))
            continue;
        if (path.find("/@cache") == std::string::npos) things.insert("file " + path);
    }
}

std::set<std::string> everything() {
    std::set<std::string> things;
    add_domains(things);
    add_xenstore(things);
    add_processes(things);
    add_mounts(things);
    add_files(things);
    return things;
}

}  // namespace

Leftovers::Leftovers() : before_(everything()), free_(free_pages()) {}

std::string Leftovers::found() const {
    std::string all;
    for (const auto& thing : everything()) {
        if (!before_.contains(thing)) all += thing + '\n';
    }
    return all;
}

std::string Leftovers::after_a_while() const {
    std::string all;
    Sandbox::eventually([&] { return (all = found()).empty(); }, std::chrono::seconds(20),
                        std::chrono::milliseconds(100));
    return all;
}

std::int64_t Leftovers::missing_pages(std::int64_t may_miss) const {
    return test::missing_pages(free_, may_miss);
}

}  // namespace phi::test
