// SPDX-License-Identifier: Apache-2.0
#include <sys/ioctl.h>
#include <unistd.h>

#include <optional>

#include "core/base/error.hpp"
#include "core/base/send_fd.hpp"
#include "core/base/text.hpp"
#include "core/boot/guest_config.hpp"
#include "core/command/caller.hpp"
#include "core/command/exec_process.hpp"
#include "core/command/foreground.hpp"
#include "core/command/guest.hpp"
#include "core/command/raw_terminal.hpp"
#include "core/container/store.hpp"
#include "core/fs/file.hpp"
#include "core/log/log.hpp"
#include "core/monitor/cgroup.hpp"
#include "core/monitor/console.hpp"
#include "core/monitor/exec_session.hpp"
#include "core/monitor/memory.hpp"
#include "core/monitor/stdio.hpp"
#include "core/monitor/sync.hpp"

namespace phi::command {

namespace {

using container::Status;
using monitor::ExecSession;
using monitor::ExecStdio;
using monitor::Word;

void check_flags(const Exec& options) {
    if (options.preserve_fds != 0) {
        throw Error(Code::unsupported, text("--preserve-fds ", options.preserve_fds,
                                            ": a partition cannot inherit descriptors"));
    }
    if (!options.apparmor.empty()) {
        throw Error(Code::unsupported, "apparmor: config provided but apparmor not supported");
    }
}

void check_terminal(const Exec& options, const oci::Process& process) {
    if (options.detach && process.terminal && options.console_socket.empty()) {
        throw Error(Code::invalid,
                    "cannot allocate tty if runc will detach without setting console socket");
    }
    if (!options.console_socket.empty() && (!options.detach || !process.terminal)) {
        throw Error(Code::invalid,
                    "cannot use console socket if runc will not detach or allocate tty");
    }
}

// A cgroup below the container's own, which must be there already: "[CONTROLLER:]PATH".
struct SubCgroup {
    std::vector<monitor::CgroupMount> mounts;
    std::string path;
};

SubCgroup find_sub_cgroup(const std::vector<monitor::CgroupMount>& mounts, const std::string& base,
                          const std::string& wanted) {
    const auto colon = wanted.find(':');
    const std::string below = colon == std::string::npos ? wanted : wanted.substr(colon + 1);
    SubCgroup found{{}, base + "/" + below};
    for (const auto& mount : mounts) {
        const bool named =
            colon == std::string::npos || mount.path.ends_with("/" + wanted.substr(0, colon));
        if (named && monitor::missing_cgroups({mount}, found.path).empty()) {
            found.mounts.push_back(mount);
        }
    }
    if (below.find("..") != std::string::npos || found.mounts.empty()) {
        throw Error(Code::not_found, text("--cgroup ", quoted(wanted), ": ", found.path,
                                          " is no cgroup of this machine"));
    }
    return found;
}

// The process's host side belongs where the container's processes are counted.
void join_cgroup(const std::string& base, const std::vector<std::string>& below) {
    if (base.empty()) return;
    const auto mounts = monitor::cgroup_mounts(read_file("/proc/self/mountinfo"));
    monitor::join_cgroups(mounts, base, ::getpid());
    for (const auto& wanted : below) {
        const SubCgroup sub = find_sub_cgroup(mounts, base, wanted);
        monitor::join_cgroups(sub.mounts, sub.path, ::getpid());
    }
}

// What both ways of running it need.
struct Execution {
    const Exec& options;
    oci::Process process;
    std::string cgroup;
    UniqueFd control;
    UniqueFd pidfd_socket;  // connected; empty: nobody wants one

    Deadline start_by() const {
        return options.ignore_paused ? Deadline::never() : Deadline::in(guest_start_limit);
    }
};

// Whom engines know from now on as the process: the host process that stands for it.
void announce(const Execution& what, pid_t pid) {
    if (what.pidfd_socket) {
        const UniqueFd pidfd = open_pidfd({pid, start_time_of(pid).value_or(0)});
        send_fd(what.pidfd_socket.get(), "setns", pidfd.get(),
                "send the pidfd to " + what.options.pidfd_socket);
    }
    const std::string& pid_file = what.options.pid_file;
    if (!pid_file.empty()) write_pid_file(absolute_path(pid_file), pid);
}

int run_in_foreground(Execution what) {
    UniqueFd signals = block_signals();
    winsize size{};
    const bool tty = what.process.terminal;
    if (tty && ::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
        what.process.console_height = size.ws_row;
        what.process.console_width = size.ws_col;
    }
    ExecSession session(std::move(what.control), boot::guest_process(what.process),
                        {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, tty ? STDIN_FILENO : -1},
                        std::move(signals));
    session.await_start(what.start_by());
    announce(what, ::getpid());
    std::optional<RawTerminal> raw;
    if (tty) raw.emplace();
    return session.await_end();
}

// The terminal goes to the engine; its other end stays with us, as our controlling terminal, which
// brings SIGWINCH and SIGHUP.
ExecStdio hand_over_terminal(const oci::Process& process, const UniqueFd& console_socket,
                             monitor::Pty& pty) {
    pty = monitor::open_pty(process.console_height.value_or(0), process.console_width.value_or(0));
    monitor::hand_over(console_socket.get(), pty);
    const int slave = pty.slave.get();
    monitor::let_go_of_stdio();
    return {slave, slave, slave, slave};
}

// The host process that stands for a detached one: its pid is the one that engines know.
int stand_for(Execution& what, UniqueFd console_socket, monitor::Sync& sync) {
    what.pidfd_socket.reset();
    UniqueFd signals = block_signals();
    log::forget_stderr();
    ::setsid();
    if (::chdir("/") != 0) throw os_error("chdir /");
    join_cgroup(what.cgroup, what.options.cgroups);
    monitor::Pty pty;
    ExecStdio stdio;
    if (console_socket) stdio = hand_over_terminal(what.process, console_socket, pty);
    console_socket.reset();
    ExecSession session(std::move(what.control), boot::guest_process(what.process), stdio,
                        std::move(signals));
    session.await_start(what.start_by());
    monitor::give_back_memory();
    sync.say(Word::created);
    // Nobody knows of us yet: without the one who would tell, the process is not wanted.
    if (sync.hear() != Word::commit) return 1;
    sync.close();
    return session.await_end();
}

[[noreturn]] void run_detached_child(Execution& what, UniqueFd console_socket, monitor::Sync sync) {
    int status = 1;
    try {
        status = stand_for(what, std::move(console_socket), sync);
    } catch (const Error& error) {
        sync.say_error(error);
    } catch (const std::exception& error) {
        sync.say_error(Error(Code::internal, error.what()));
    }
    ::_exit(status);
}

int run_detached(Execution what) {
    UniqueFd console_socket;
    if (what.process.terminal) {
        console_socket = monitor::connect_console_socket(what.options.console_socket);
    }
    auto [ours, theirs] = monitor::Sync::pair();
    const pid_t pid = ::fork();
    if (pid < 0) throw os_error("fork");
    if (pid == 0) {
        ours.close();
        run_detached_child(what, std::move(console_socket), std::move(theirs));
    }
    theirs.close();
    if (ours.hear() != Word::created) {
        throw Error(Code::internal, text("the process's monitor, process ", pid, ", died"));
    }
    announce(what, pid);
    ours.say(Word::commit);
    return 0;
}

}  // namespace

int exec(const Global& global, const Exec& options) {
    const Settings& settings = global.settings;
    const container::Store store(settings, global.root);
    const container::Container container = store.open(options.id);
    check_flags(options);
    const Status status = container.status(settings);
    if (status == Status::paused && !options.ignore_paused) {
        throw Error(Code::invalid,
                    "cannot exec in a paused container (use --ignore-paused to override)");
    }
    check_has_guest(status, "exec in");
    const UniqueFd bundle = open_directory(container.record.bundle);
    const oci::Spec spec = oci::load_spec(bundle.get());
    Execution what{options,
                   exec_process(options, spec),
                   monitor::cgroup_path(spec.cgroups_path, global.systemd_cgroup),
                   {},
                   {}};
    check_terminal(options, what.process);
    close_inherited_descriptors();
    if (!options.pidfd_socket.empty())
        what.pidfd_socket = monitor::connect_console_socket(options.pidfd_socket);
    what.control = monitor::connect_control(container.dir_fd.get());
    return options.detach ? run_detached(std::move(what)) : run_in_foreground(std::move(what));
}

}  // namespace phi::command
