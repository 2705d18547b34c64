// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/container/teardown.hpp"
#include "core/fs/file.hpp"

namespace phi::command {

namespace {

std::vector<std::string> known_partitions(const Settings& settings) {
    std::vector<std::string> names;
    for (const auto& store_dir : container::all_store_dirs(settings)) {
        for (const auto& id : container::ids_in(store_dir)) {
            const auto container = container::open_at(store_dir, id);
            if (container) names.push_back(container->record.partition);
        }
    }
    return names;
}

// The node's backend; empty where there is none, and so no partition either.
std::unique_ptr<backend::Backend> find_backend(const Settings& settings, std::string& report) {
    try {
        return backend::Backend::select(settings);
    } catch (const Error& error) {
        report += "no hypervisor was asked: " + error.message() + "\n";
        return nullptr;
    }
}

// Partitions of ours that no container claims: their directory was lost.
std::string destroy_orphans(const Settings& settings) {
    std::string report;
    const auto backend = find_backend(settings, report);
    if (!backend) return report;
    // Listed first: a container that is created meanwhile is known by then.
    const auto listed = backend->list();
    const auto known = known_partitions(settings);
    for (const auto& partition : listed) {
        if (std::find(known.begin(), known.end(), partition.name) != known.end()) continue;
        backend::Partition orphan;
        orphan.name = partition.name;
        backend->destroy(orphan);
        report += text("partition ", partition.name, ": no container has it; destroyed\n");
    }
    return report;
}

}  // namespace

int recover(const Global& global) {
    const Settings& settings = global.settings;
    std::string report;
    for (const auto& one : container::recover_all(settings))
        report += one.dir + ": " + one.what + "\n";
    report += destroy_orphans(settings);
    write_all(STDOUT_FILENO, report.empty() ? "nothing to recover\n" : report, "write the report");
    return 0;
}

}  // namespace phi::command
