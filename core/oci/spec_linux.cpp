// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/oci/spec_read.hpp"

namespace phi::oci::read {

namespace {

// What the kernel's CPU bandwidth control takes, in µs (kernel/sched/core.c: 1 ms to 1 s).
constexpr std::uint64_t period_min = 1000;
constexpr std::uint64_t period_max = 1'000'000;
constexpr std::int64_t quota_min = 1000;

// A limit where -1 and 0 mean that there is none.
std::optional<std::int64_t> limit(const Node& parent, const char* name) {
    const auto value = opt_number<std::int64_t>(parent, name, -1);
    return value && *value > 0 ? value : std::nullopt;
}

void cpu(const Node& node, Resources& resources) {
    resources.cpu_quota = limit(node, "quota");
    if (resources.cpu_quota && *resources.cpu_quota < quota_min) {
        node.at("quota").fail(text(*resources.cpu_quota, " is below ", quota_min, " µs"));
    }
    resources.cpu_period = opt_number<std::uint64_t>(node, "period");
    if (resources.cpu_period == 0U) resources.cpu_period.reset();
    if (resources.cpu_period &&
        (*resources.cpu_period < period_min || *resources.cpu_period > period_max)) {
        node.at("period").fail(
            text(*resources.cpu_period, " is not within ", period_min, " to ", period_max, " µs"));
    }
    resources.cpus = string(node, "cpus");
    if (!parse_cpu_list(resources.cpus)) {
        node.at("cpus").fail(quoted(resources.cpus) + " is no list of CPUs, as 0,2-3 is one");
    }
}

std::vector<std::string> paths(const Node& linux, const char* name) {
    std::vector<std::string> all;
    if (const auto list = linux.find(name)) {
        list->each([&](const Node& node) {
            all.push_back(string(node));
            require_absolute(node, all.back());
        });
    }
    return all;
}

void check_propagation(const std::string& mode) {
    static constexpr std::array<std::string_view, 9> known = {
        "",       "private", "rprivate",   "slave",      "rslave",
        "shared", "rshared", "unbindable", "runbindable"};
    if (std::find(known.begin(), known.end(), mode) == known.end()) {
        throw Error(Code::invalid, text("rootfsPropagation=", mode, " is not supported"));
    }
}

}  // namespace

void linux_section(const Node& node, Spec& spec) {
    if (const auto list = node.find("namespaces")) {
        list->each([&](const Node& entry) {
            spec.namespaces.push_back({string(entry.at("type")), absolute(entry, "path")});
        });
    }
    if (const auto list = node.find("devices")) {
        list->each([&](const Node& entry) {
            spec.device_paths.push_back(string(entry.at("path")));
            require_absolute(entry.at("path"), spec.device_paths.back());
        });
    }
    spec.cgroups_path = string(node, "cgroupsPath");
    if (const auto resources = node.find("resources")) {
        if (const auto memory = resources->find("memory")) {
            spec.resources.memory_limit = limit(*memory, "limit");
        }
        if (const auto times = resources->find("cpu")) cpu(*times, spec.resources);
    }
    spec.sysctl = string_map(node, "sysctl");
    for (const auto& [name, value] : spec.sysctl) {
        if (name.find('=') != std::string::npos) {
            node.at("sysctl").fail(quoted(name) + " is no name of a kernel parameter");
        }
    }
    spec.masked_paths = paths(node, "maskedPaths");
    spec.readonly_paths = paths(node, "readonlyPaths");
    check_propagation(string(node, "rootfsPropagation"));
}

std::vector<Mount> mounts(const Node& node) {
    std::vector<Mount> all;
    node.each([&](const Node& entry) {
        const Node where = entry.at("destination");
        Mount mount{string(where), string(entry, "type"), string(entry, "source"),
                    strings(entry, "options")};
        if (mount.destination.empty()) where.fail("must not be empty");
        // As config.md has it: a relative one counts from "/".
        if (mount.destination.front() != '/') mount.destination.insert(0, 1, '/');
        // The type of a bind mount means nothing, and engines write "none" or nothing.
        for (const auto& option : mount.options) {
            if (option == "bind" || option == "rbind") mount.type = "bind";
        }
        all.push_back(std::move(mount));
    });
    return all;
}

}  // namespace phi::oci::read
