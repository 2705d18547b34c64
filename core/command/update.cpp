// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/log.hpp"
#include "core/base/rollback.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/command/prepare.hpp"
#include "core/container/ledger.hpp"
#include "core/container/teardown.hpp"
#include "core/fs/file.hpp"
#include "core/live/cpu_limits.hpp"
#include "core/live/regrant.hpp"

namespace phi::command {

namespace {

constexpr auto lock_limit = std::chrono::seconds(30);
constexpr auto backend_limit = std::chrono::seconds(30);
constexpr std::size_t resources_max = 1U << 20;

// A pipe or a file.
std::string read_stream(int fd, const std::string& what) {
    std::string content;
    char chunk[16384];
    for (;;) {
        const auto got = ::read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw os_error("read " + what);
        if (got == 0) return content;
        content.append(chunk, static_cast<std::size_t>(got));
        if (content.size() > resources_max)
            throw Error(Code::invalid, text(what, ": larger than ", format_bytes(resources_max)));
    }
}

std::string asked_resources(const Update& options) {
    if (options.resources.empty()) return live::resources_of_flags(options.flags);
    if (options.resources == "-") return read_stream(STDIN_FILENO, "standard input");
    const UniqueFd file(::open(options.resources.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file) throw os_error("open " + options.resources);
    return read_stream(file.get(), options.resources);
}

// linux.resources of the container's own configuration, to tell what is no change; null if the
// bundle is gone.
json::Document own_resources(const container::Container& container) {
    json::Document own;
    try {
        const UniqueFd bundle = open_directory(container.record.bundle);
        const json::Document config =
            json::parse(read_file_at(bundle.get(), "config.json"), "config.json");
        const json::Node root(config, "config.json");
        const auto linux = root.find("linux");
        const auto resources = linux ? linux->find("resources") : std::nullopt;
        if (resources) own.CopyFrom(resources->value(), own.GetAllocator());
    } catch (const Error& error) {
        log::debug("update: " + error.message());
    }
    return own;
}

live::MemoryNow memory_of(const container::Container& container) {
    live::MemoryNow now;
    for (const auto& memory : container::read_grant(container).memory) now.granted += memory.size;
    const std::string file = container::plan_file(container.record);
    const json::Document plan = json::parse(container.read(file), file);
    now.wanted = json::Node(plan, file).at("request").at("memory").as_u64();
    return now;
}

void move(const container::Container& container, const Settings& settings,
          const std::string& list) {
    const auto cpus = parse_cpu_list(list);
    if (!cpus)
        throw Error(Code::invalid,
                    text("cpu.cpus: ", quoted(list), " is no list of CPUs, as 0,2-3 is one"));
    if (container::read_grant(container).cpus == *cpus) return;
    const auto backend = backend::Backend::load(container.record.backend, settings);
    backend->set_deadline(Deadline::in(backend_limit));
    const auto in_file = read_board_file(settings);
    const board::Board board = in_file ? *in_file : discover_board(*backend);
    live::move_to_cpus(container, settings, board, *backend, *cpus);
}

}  // namespace

int update(const Global& global, const Update& options) {
    const Settings& settings = global.settings;
    const container::Store store(settings, global.root);
    const container::Container container = store.open_locked(options.id, Deadline::in(lock_limit));
    const json::Document asked = json::parse(asked_resources(options), "");
    const live::Change change =
        live::read_change(json::Node(asked, "resources"), own_resources(container));
    const auto status = container.status(settings);
    if (status == container::Status::stopped || status == container::Status::creating)
        throw Error(Code::invalid, "container not running");
    if (change.kernel_memory) log::warn("Kernel memory settings are ignored and will be removed");

    const live::Cgroup cgroup = live::Cgroup::of(container);
    live::check_memory(change.memory, memory_of(container));
    live::check_memory_nodes(cgroup, change.cpu.mems);
    Rollback undo;
    live::limit_cpu(cgroup, change.cpu, options.id, undo);
    if (!change.cpu.cpus.empty()) move(container, settings, change.cpu.cpus);
    undo.commit();
    return 0;
}

}  // namespace phi::command
