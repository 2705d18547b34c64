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
    for (const auto& node : xenstore_paths()) {
        // The first domain of all makes these two, which stay.
        if (node != "/libxl" && node != "/vm") things.insert("xenstore " + node);
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

// Without their options: a tmpfs tells its size there if that is not half of dom0's memory, and Xen
// takes pages of dom0's for a while to map those of others.
void add_mounts(std::set<std::string>& things) {
    const std::string all = read_text("/proc/self/mounts");
    for (const auto& line : split(all, '\n')) {
        const auto fields = split(line, ' ');
        if (fields.size() > 2)
            things.insert(text("mount ", fields[0], " ", fields[1], " ", fields[2]));
    }
}

// Interfaces of dom0's own network, and images that loop devices stand for.
void add_devices(std::set<std::string>& things) {
    for (const auto& entry : fs::directory_iterator("/sys/class/net"))
        things.insert("interface " + entry.path().filename().string());
    for (const auto& entry : fs::directory_iterator("/sys/block")) {
        if (fs::exists(entry.path() / "loop/backing_file"))
            things.insert("disk " + entry.path().filename().string());
    }
}

void add_files(std::set<std::string>& things) {
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator("/run/runPHI", none)) {
        const std::string file = entry.path();
        // A cache and the ledger's lock belong to no container; empty folders name namespaces.
        if (file.find("/@") != std::string::npos && (!entry.is_directory() || fs::is_empty(file)))
            continue;
        if (file.find("/@cache") == std::string::npos) things.insert("file " + file);
    }
}

std::set<std::string> everything() {
    std::set<std::string> things;
    add_domains(things);
    add_xenstore(things);
    add_processes(things);
    add_mounts(things);
    add_devices(things);
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
                        std::chrono::milliseconds(50));
    return all;
}

std::int64_t Leftovers::missing_pages(std::int64_t may_miss) const {
    return test::missing_pages(free_, may_miss);
}

}  // namespace phi::test
