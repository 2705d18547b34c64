// SPDX-License-Identifier: Apache-2.0
#include "host.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <runphi/sdk/process.hpp>
#include <vector>

namespace check {

using runphi::sdk::UniqueFd;

namespace {

runphi_result refuse(runphi_error* error, runphi_result code, const std::string& message) {
    std::snprintf(error->message, sizeof error->message, "%s", message.c_str());
    return code;
}

// What a plugin left open must not show in its partitions. The check has one thread: what is not
// safe between fork and exec elsewhere is here.
bool close_all_on_exec() {
    const std::unique_ptr<DIR, int (*)(DIR*)> list(::opendir("/proc/self/fd"), &::closedir);
    if (!list) return false;
    while (const dirent* entry = ::readdir(list.get())) {
        const int fd = std::atoi(entry->d_name);
        if (fd > 2) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    return true;
}

// The descriptors go to their numbers by way of numbers above all of those.
bool place(const runphi_spawn& what, runphi_fd_map* maps) {
    int highest = 2;
    for (std::uint32_t i = 0; i < what.n_fds; ++i) highest = std::max(highest, maps[i].to);
    for (std::uint32_t i = 0; i < what.n_fds; ++i) {
        maps[i].from = ::fcntl(maps[i].from, F_DUPFD_CLOEXEC, highest + 1);
        if (maps[i].from < 0) return false;
    }
    if (!close_all_on_exec()) return false;
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int number = 0; number < 3; ++number) ::dup2(null, number);
    for (std::uint32_t i = 0; i < what.n_fds; ++i) {
        if (::dup2(maps[i].from, maps[i].to) < 0) return false;
    }
    return true;
}

[[noreturn]] void become(const runphi_spawn& what, runphi_fd_map* maps, int report, pid_t parent,
                         int shares) {
    static const char* const nothing[] = {nullptr};
    ::setsid();
    const bool tied = (what.flags & RUNPHI_SPAWN_DIE_WITH_PARENT) != 0;
    if (tied) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (tied && ::getppid() != parent) ::_exit(127);
    const bool with_shares = (what.flags & RUNPHI_SPAWN_WITH_SHARES) != 0;
    const bool sees = !with_shares || ::setns(shares, CLONE_NEWNS) == 0;
    const bool there = sees && (what.cwd_fd >= 0 ? ::fchdir(what.cwd_fd) : ::chdir("/")) == 0;
    if (there && place(what, maps)) {
        ::execve(what.argv[0], const_cast<char* const*>(what.argv),
                 const_cast<char* const*>(what.envp != nullptr ? what.envp : nothing));
    }
    const int number = errno;
    if (::write(report, &number, sizeof number) < 0) ::_exit(126);
    ::_exit(127);
}

}  // namespace

Host::Host(const Options& options, const std::string& cache_dir)
    : options_(options), cache_dir_(cache_dir) {
    std::memset(table_.later, 0xA5, sizeof table_.later);
    table_.abi.size = sizeof table_;
    table_.abi.abi_minor = RUNPHI_ABI_MINOR;
    table_.abi.ctx = this;
    table_.abi.log = &log;
    table_.abi.remaining_ms = &remaining_ms;
    table_.abi.spawn = &spawn;
    table_.abi.open_rootfs = &open_rootfs;
    table_.abi.settings = options_.settings.c_str();
    table_.abi.cache_dir = cache_dir_.c_str();
    table_.abi.guest_dir = options_.guest_dir.c_str();
    // Only a tool may ask for it, and the kit runs none.
    table_.abi.plan_bundle = [](void*, const runphi_bundle*, const runphi_sink*,
                                const runphi_image**, std::uint32_t*,
                                runphi_error*) -> runphi_result { return RUNPHI_NOT_FOUND; };
    begin_call();
}

void Host::begin_call() {
    deadline_ = std::chrono::steady_clock::now() + std::chrono::seconds(options_.timeout_s);
}

void Host::log(void* ctx, std::int32_t level, const char* text, std::uint64_t length) {
    if (!static_cast<Host*>(ctx)->options_.verbose) return;
    std::fprintf(stderr, "      log %d: %.*s\n", level, static_cast<int>(length), text);
}

std::int64_t Host::remaining_ms(void* ctx) {
    const auto left = static_cast<Host*>(ctx)->deadline_ - std::chrono::steady_clock::now();
    return std::max<std::int64_t>(
        0, std::chrono::duration_cast<std::chrono::milliseconds>(left).count());
}

runphi_result Host::spawn(void* ctx, const runphi_spawn* what, runphi_process* out,
                          runphi_error* error) {
    if (what->size < sizeof *what || out->size < sizeof *out || what->argv[0][0] != '/') {
        return refuse(error, RUNPHI_INVALID,
                      "spawn: a struct is too short or argv[0] not absolute");
    }
    const int shares = static_cast<Host*>(ctx)->shares_;
    if ((what->flags & RUNPHI_SPAWN_WITH_SHARES) != 0 && shares < 0) {
        return refuse(error, RUNPHI_INVALID, "spawn: this plan has no shares");
    }
    std::vector<runphi_fd_map> maps(what->fds, what->fds + what->n_fds);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return refuse(error, RUNPHI_IO, "spawn: pipe");
    UniqueFd low_report(ends[1]);
    const UniqueFd told(ends[0]);
    // Above every number that a plugin maps, or it would be overwritten in the child.
    UniqueFd report(::fcntl(low_report.get(), F_DUPFD_CLOEXEC, 500));
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) become(*what, maps.data(), report.get(), parent, shares);
    if (pid < 0) return refuse(error, RUNPHI_NO_RESOURCE, "spawn: fork");
    low_report.reset();
    report.reset();
    int number = 0;
    if (::read(told.get(), &number, sizeof number) == sizeof number) {
        ::waitpid(pid, nullptr, 0);
        return refuse(
            error, static_cast<runphi_result>(runphi::sdk::errno_code(number)),
            std::string("exec ") + what->argv[0] + ": " + runphi::sdk::errno_text(number));
    }
    const auto stat = runphi::sdk::process_stat(pid);
    out->pid = pid;
    out->start_time = stat ? stat->start_time : 0;
    out->pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    return RUNPHI_OK;
}

runphi_result Host::open_rootfs(void*, const char* path, std::uint64_t length, std::int32_t*,
                                runphi_error* error) {
    return refuse(error, RUNPHI_NOT_FOUND,
                  std::string(path, length) + ": there is no container's root file system here");
}

}  // namespace check
