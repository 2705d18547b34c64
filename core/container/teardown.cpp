// SPDX-License-Identifier: Apache-2.0
#include "core/container/teardown.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <memory>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/container/ledger.hpp"
#include "core/fs/file.hpp"

namespace phi::container {

namespace {

constexpr int monitor_end_ms = 10'000;

// The files that a guest or a plugin may have made large are not read here; a plan and a handle are
// ours.
std::string own_file(const Container& container, const std::string& name) {
    try {
        return container.read(name);
    } catch (const Error& error) {
        log::warn(error.message());
        return {};
    }
}

void destroy_partition(const Container& container, const Settings& settings,
                       const backend::Backend* loaded) {
    // Without a name no backend was ever asked for anything.
    if (container.record.partition.empty() || container.record.boot_id != boot_id()) return;
    std::unique_ptr<backend::Backend> own;
    if (loaded == nullptr) {
        own = backend::Backend::load(container.record.backend, settings);
        loaded = own.get();
    }
    const backend::Partition partition = partition_of(container);
    loaded->destroy(partition);
    loaded->unmount(partition);
}

// A process of the partition may take a moment to leave its cgroup.
void remove_cgroup(const std::string& directory) {
    for (int attempt = 0; attempt < 50; ++attempt) {
        if (::rmdir(directory.c_str()) == 0 || errno == ENOENT) return;
        if (errno != EBUSY) break;
        ::poll(nullptr, 0, 10);
    }
    log::warn(os_error("rmdir " + directory).message());
}

void remove_directory(const Container& container) {
    const auto slash = container.dir.rfind('/');
    const UniqueFd parent = open_directory(container.dir.substr(0, slash));
    remove_tree_at(parent.get(), container.dir.substr(slash + 1));
}

}  // namespace

std::string plan_file(const Record& record) {
    return "config" + record.partition + ".conf";
}

backend::Partition partition_of(const Container& container) {
    backend::Partition partition;
    partition.name = container.record.partition;
    partition.dir = container.dir;
    partition.dir_fd = container.dir_fd.get();
    partition.handle = own_file(container, "handle");
    partition.plan = own_file(container, plan_file(container.record));
    return partition;
}

void end_monitor(const Container& container) {
    const ProcessId& monitor = container.record.monitor;
    if (container.record.boot_id != boot_id() || !send_signal(monitor, SIGKILL)) return;
    if (!wait_gone(monitor, monitor_end_ms)) {
        throw Error(Code::timeout, text("the monitor of container ", container.record.id,
                                        ", process ", monitor.pid, ", does not die"));
    }
}

void tear_down(Container& container, const Settings& settings, const backend::Backend* loaded) {
    end_monitor(container);
    destroy_partition(container, settings, loaded);
    for (auto made = container.record.cgroups.rbegin(); made != container.record.cgroups.rend();
         ++made) {
        remove_cgroup(*made);
    }
    remove_directory(container);
}

namespace {

// nullopt: a living process has it, or there is nothing to recover.
std::optional<Recovered> recover_one(const std::string& store_dir, const std::string& id,
                                     const Settings& settings) {
    try {
        auto remains = open_remains_at(store_dir, id, Deadline::in(std::chrono::milliseconds(0)));
        if (!remains || !remains->abandoned()) return std::nullopt;
        const bool half_made =
            remains->record.boot_id == boot_id() || remains->record.boot_id.empty();
        tear_down(*remains, settings);
        return Recovered{remains->dir, half_made ? "its create died half-way; cleared away"
                                                 : "of an earlier boot; forgotten"};
    } catch (const Error& error) {
        if (error.code() == Code::busy) return std::nullopt;
        return Recovered{store_dir + "/" + id, "could not be recovered: " + error.message()};
    }
}

}  // namespace

std::vector<Recovered> recover_all(const Settings& settings) {
    std::vector<Recovered> recovered;
    for (const auto& store_dir : all_store_dirs(settings)) {
        for (const auto& id : ids_in(store_dir)) {
            if (auto one = recover_one(store_dir, id, settings))
                recovered.push_back(std::move(*one));
        }
    }
    return recovered;
}

}  // namespace phi::container
