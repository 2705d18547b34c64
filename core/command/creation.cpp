// SPDX-License-Identifier: Apache-2.0
#include "core/command/creation.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/rollback.hpp"
#include "core/base/send_fd.hpp"
#include "core/base/text.hpp"
#include "core/command/caller.hpp"
#include "core/command/prepare.hpp"
#include "core/command/vanilla.hpp"
#include "core/container/ledger.hpp"
#include "core/container/naming.hpp"
#include "core/container/teardown.hpp"
#include "core/fs/file.hpp"
#include "core/monitor/console.hpp"
#include "core/monitor/launch.hpp"
#include "core/oci/hooks.hpp"
#include "core/oci/id.hpp"

namespace phi::command {

namespace {

void check_options(const Create& options, const oci::Process& process, Mode mode) {
    oci::check_id(options.id);
    if (options.preserve_fds > 0) {
        throw Error(Code::unsupported, text("--preserve-fds ", options.preserve_fds,
                                            ": a partition cannot inherit descriptors"));
    }
    const bool detached = mode == Mode::detached;
    if (detached && process.terminal && options.console_socket.empty()) {
        throw Error(Code::invalid,
                    "cannot allocate tty if runc will detach without setting console socket");
    }
    if (!options.console_socket.empty() && (!detached || !process.terminal)) {
        throw Error(Code::invalid,
                    "cannot use console socket if runc will not detach or allocate tty");
    }
}

// Where the monitor sends the terminal: the engine's socket, or ours when we stay in the
// foreground.
UniqueFd open_console_socket(const Create& options, const oci::Process& process,
                             UniqueFd& receiver) {
    if (!process.terminal) return {};
    if (!options.console_socket.empty()) {
        return monitor::connect_console_socket(options.console_socket);
    }
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw os_error("socketpair");
    receiver.reset(ends[0]);
    return UniqueFd(ends[1]);
}

container::Record new_record(const Create& options, const Bundle& bundle) {
    container::Record record;
    record.id = options.id;
    record.bundle = bundle.dir;
    record.rootfs = bundle.rootfs.path();
    record.oci_version = bundle.spec.version;
    record.annotations = bundle.spec.annotations;
    return record;
}

// Small files for people and their scripts, as the original RunPHI keeps them.
void write_facts(const container::Container& container, const Prepared& ready,
                 const board::Grant& grant) {
    const int dir = container.dir_fd.get();
    write_new(dir, "bundle", container.record.bundle + "\n");
    write_new(dir, "rootfs", container.record.rootfs + "\n");
    write_new(dir, "pidfile", container.record.pid_file + "\n");
    write_new(dir, "assignedCPUs", format_cpu_list(grant.cpus) + "\n");
    const bool inmate = ready.choice.kind == boot::Kind::inmate;
    std::string images;
    for (const auto& image : ready.choice.images) {
        if (!image.path.empty()) images += image.role + " " + image.path + "\n";
    }
    write_new(dir, inmate ? "inmate" : "linux", images);
}

}  // namespace

Creation create_container(const Global& global, const Create& options, Mode mode,
                          UniqueFd* terminal) {
    close_inherited_descriptors();
    Prepared ready = prepare(global.settings, options.bundle);
    const oci::Spec& spec = ready.bundle.spec;
    check_options(options, *spec.process, mode);
    const std::string cgroup = monitor::cgroup_path(spec.cgroups_path, global.systemd_cgroup);
    UniqueFd terminal_receiver;
    UniqueFd console_socket = open_console_socket(options, *spec.process, terminal_receiver);

    UniqueFd pidfd_socket;
    if (!options.pidfd_socket.empty())
        pidfd_socket = monitor::connect_console_socket(options.pidfd_socket);
    if (vanilla_has(global.root, options.id))
        throw Error(Code::exists, "container with given ID already exists");
    const container::Store store(ready.settings, global.root);
    container::Container made = store.create(new_record(options, ready.bundle));
    Rollback undo;
    undo.push([&] { container::tear_down(made, ready.settings, ready.backend.get()); });

    const auto mounts = monitor::cgroup_mounts(read_file("/proc/self/mountinfo"));
    made.record.backend = ready.backend->id();
    made.record.partition = container::choose_partition_name(ready.settings, made, ready.board);
    made.record.cgroup = cgroup;
    made.record.cgroups = monitor::missing_cgroups(mounts, cgroup);
    made.record.pid_file = absolute_path(options.pid_file);
    made.save();

    const board::Grant grant = container::grant(ready.settings, made, ready.board, ready.request);
    ready.backend->set_rootfs(&ready.bundle.rootfs);
    const std::string plan =
        plan_of(ready, {made.record.id, made.record.partition, grant, made.dir}, ready.settings,
                ready.board, *ready.backend);
    write_atomic(made.dir_fd.get(), container::plan_file(made.record), plan);
    write_facts(made, ready, grant);

    oci::State state = container::oci_state(made, ready.settings);
    monitor::Launched monitor = monitor::launch(
        {spec, made, *ready.backend, ready.choice.kind, ready.network,
         std::move(ready.choice.images), std::move(ready.shared), std::move(ready.engine_files),
         std::move(ready.bundle.rootfs), std::move(ready.bundle.fd), oci::hook_state(state), mounts,
         cgroup, std::move(console_socket),
         ready.choice.stop_timeout_s.value_or(ready.settings.stop_timeout_s),
         ready.choice.stop_timeout_s.value_or(0)});
    made.record.monitor = monitor.id();
    made.save();
    monitor.begin();
    state.pid = monitor.id().pid;
    const UniqueFd bundle = open_directory(made.record.bundle);
    oci::run_hooks(spec.hooks.prestart, {"prestart", oci::hook_state(state), bundle.get()});
    oci::run_hooks(spec.hooks.create_runtime,
                   {"createRuntime", oci::hook_state(state), bundle.get()});
    monitor.make_partition();
    if (terminal_receiver) *terminal = monitor::receive_terminal(terminal_receiver.get());

    if (pidfd_socket)
        send_fd(pidfd_socket.get(), "standard", open_pidfd(monitor.id()).get(),
                "send the pidfd to " + options.pidfd_socket);
    if (!made.record.pid_file.empty()) {
        undo.push([&] { ::unlink(made.record.pid_file.c_str()); });
        write_pid_file(made.record.pid_file, monitor.id().pid);
    }
    made.record.status = container::Status::created;
    made.save();
    monitor.commit();
    undo.commit();
    return {std::move(made), std::move(ready.backend), std::move(ready.bundle.spec),
            std::move(ready.settings)};
}

void start_container(container::Container& container, const Settings& settings,
                     const backend::Backend& backend, const oci::Spec& spec) {
    container.change(container::Status::running,
                     [&] { backend.start(container::partition_of(container)); });
    if (spec.hooks.poststart.empty()) return;
    const UniqueFd bundle = open_directory(container.record.bundle);
    oci::run_hooks(spec.hooks.poststart,
                   {"poststart", oci::hook_state(container::oci_state(container, settings)),
                    bundle.get(), oci::HookFailure::warn});
}

}  // namespace phi::command
