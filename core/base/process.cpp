// SPDX-License-Identifier: Apache-2.0
#include "core/base/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "core/base/close_on_exec.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi {

namespace {

// The whole of a small file of /proc; empty if it cannot be read.
std::string read_proc(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return {};
    char buffer[4096];
    const auto got = ::read(file.get(), buffer, sizeof buffer);
    return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string();
}

struct Stat {
    bool ended;  // nobody has waited for it yet
    std::uint64_t start_time;
};

std::optional<Stat> stat_of(pid_t pid) {
    const std::string stat = read_proc(text("/proc/", pid, "/stat"));
    // The command name may hold spaces and parentheses; the fields go on after its last one.
    const auto paren = stat.rfind(')');
    if (paren == std::string::npos || paren + 2 >= stat.size()) return std::nullopt;
    const auto fields = split(std::string_view(stat).substr(paren + 2), ' ');
    if (fields.size() < 20) return std::nullopt;
    const auto start_time = parse_u64(fields[19]);  // field 22 of the line, 20th after the name
    if (!start_time) return std::nullopt;
    return Stat{fields[0] == "Z" || fields[0] == "X", *start_time};
}

UniqueFd pidfd_of(pid_t pid) {
    return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

// Nothing stands in for it: a pid alone can be another process's by the time that it is signalled.
Error no_pidfd(pid_t pid, int number) {
    Error error = os_error(text("pidfd_open process ", pid), number);
    if (number != ENOSYS) return error;
    return {Code::unsupported, error.message(), "partitions need Linux 5.3 or later"};
}

}  // namespace

std::string boot_id() {
    std::string id = read_proc("/proc/sys/kernel/random/boot_id");
    while (!id.empty() && id.back() == '\n') id.pop_back();
    return id;
}

std::optional<std::uint64_t> start_time_of(pid_t pid) {
    const auto stat = stat_of(pid);
    if (!stat || stat->ended) return std::nullopt;
    return stat->start_time;
}

ProcessId self() {
    const pid_t pid = ::getpid();
    return {pid, start_time_of(pid).value_or(0)};
}

bool alive(const ProcessId& process) {
    if (process.pid <= 0) return false;
    const auto start = start_time_of(process.pid);
    return start && *start == process.start_time;
}

UniqueFd open_pidfd(const ProcessId& process) {
    if (process.pid <= 0) return {};
    UniqueFd fd = pidfd_of(process.pid);
    const int number = errno;
    // The pid may have been given to another process before we opened it; not after.
    if (!alive(process)) return {};
    if (!fd) throw no_pidfd(process.pid, number);
    return fd;
}

bool send_signal(const ProcessId& process, int signal) {
    const UniqueFd fd = open_pidfd(process);
    if (!fd) return false;
    if (::syscall(SYS_pidfd_send_signal, fd.get(), signal, nullptr, 0) == 0) return true;
    if (errno == ESRCH) return false;
    throw os_error(text("signal process ", process.pid));
}

bool wait_gone(const ProcessId& process, int timeout_ms) {
    const UniqueFd fd = open_pidfd(process);
    if (!fd) return true;
    pollfd waiting{fd.get(), POLLIN, 0};
    int ready = 0;
    do {
        ready = ::poll(&waiting, 1, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

namespace {

// In the child, between vfork and exec: only what is safe there, no allocation, and nothing written
// but this.
struct ChildPlan {
    const char* path;
    char* const* argv;
    char* const* envp;
    SpawnFd* fds;
    std::size_t n_fds;
    int cwd_fd;
    int mount_namespace;
    int report;
    int read_end;
    bool die_with_parent;
    bool new_session;
};

bool place_descriptors(ChildPlan& plan) {
    int highest = 2;
    for (std::size_t i = 0; i < plan.n_fds; ++i) highest = std::max(highest, plan.fds[i].to);
    // First move every source out of the way of every target.
    for (std::size_t i = 0; i < plan.n_fds; ++i) {
        plan.fds[i].from = ::fcntl(plan.fds[i].from, F_DUPFD_CLOEXEC, highest + 1);
        if (plan.fds[i].from < 0) return false;
    }
    const int report = ::fcntl(plan.report, F_DUPFD_CLOEXEC, highest + 1);
    if (report < 0) return false;
    plan.report = report;
    if (plan.cwd_fd >= 0) {
        plan.cwd_fd = ::fcntl(plan.cwd_fd, F_DUPFD_CLOEXEC, highest + 1);
        if (plan.cwd_fd < 0) return false;
    }
    if (plan.mount_namespace >= 0) {
        plan.mount_namespace = ::fcntl(plan.mount_namespace, F_DUPFD_CLOEXEC, highest + 1);
        if (plan.mount_namespace < 0) return false;
    }
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return false;
    for (int stdio = 0; stdio < 3; ++stdio) {
        if (null != stdio && ::dup2(null, stdio) < 0) return false;
    }
    if (null <= 2) ::fcntl(null, F_SETFD, 0);
    if (!close_all_on_exec()) return false;
    for (std::size_t i = 0; i < plan.n_fds; ++i) {
        if (::dup2(plan.fds[i].from, plan.fds[i].to) < 0) return false;
    }
    return true;
}

// What is ignored stays ignored over exec, and a handler of ours must not run in the child. They
// are blocked until then.
void forget_signals() {
    struct sigaction by_default {};
    by_default.sa_handler = SIG_DFL;
    for (int number = 1; number <= SIGRTMAX; ++number) {
        ::sigaction(number, &by_default, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Nobody holds the other end of the pipe but the parent. Its pid would not tell: a parent outside
// our pid namespace has none here.
bool parent_is_gone(int report) {
    pollfd end{report, 0, 0};
    return ::poll(&end, 1, 0) == 1 && (end.revents & POLLERR) != 0;
}

[[noreturn]] void run_child(ChildPlan& plan) {
    forget_signals();
    ::close(plan.read_end);
    bool fine = place_descriptors(plan);
    if (fine && plan.new_session) ::setsid();
    if (fine && plan.die_with_parent) {
        fine = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
        // The parent may have died before the line above.
        if (fine && parent_is_gone(plan.report)) ::_exit(127);
    }
    if (fine && plan.mount_namespace >= 0) {
        fine = ::setns(plan.mount_namespace, CLONE_NEWNS) == 0;
    }
    if (fine) fine = (plan.cwd_fd >= 0 ? ::fchdir(plan.cwd_fd) : ::chdir("/")) == 0;
    if (fine) ::execve(plan.path, plan.argv, plan.envp);
    const int number = errno;
    [[maybe_unused]] const auto told = ::write(plan.report, &number, sizeof number);
    ::_exit(127);
}

// Until the program runs the child has our memory, and we stand still: to copy what a runtime has
// mapped takes longer than all else that is done here. -1 and errno if there is none.
pid_t start_child(ChildPlan& plan) {
    sigset_t all;
    sigset_t ours;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, &ours);
    // POSIX lets the child do no more than exec; on Linux it may make any system call, and makes
    // nothing else.
    // NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork)
    const pid_t pid = ::vfork();
    if (pid == 0) run_child(plan);  // NOLINT(clang-analyzer-unix.Vfork)
    const int number = errno;
    ::sigprocmask(SIG_SETMASK, &ours, nullptr);
    errno = number;
    return pid;
}

void reap(pid_t child) {
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
}

std::vector<char*> c_strings(const std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    pointers.reserve(strings.size() + 1);
    for (const auto& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace

Spawned spawn(const SpawnRequest& request) {
    if (request.argv.empty()) throw Error(Code::internal, "spawn: no program is named");
    const std::string& path = request.path.empty() ? request.argv[0] : request.path;
    if (path.empty() || path[0] != '/') {
        throw Error(Code::internal, "spawn: the program must be named by its absolute path");
    }
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw os_error("pipe");
    UniqueFd report(ends[0]);
    UniqueFd told(ends[1]);
    const auto argv = c_strings(request.argv);
    const auto envp = c_strings(request.env);
    auto fds = request.fds;
    ChildPlan plan{path.c_str(),
                   argv.data(),
                   envp.data(),
                   fds.data(),
                   fds.size(),
                   request.cwd_fd,
                   request.mount_namespace,
                   told.get(),
                   report.get(),
                   request.die_with_parent,
                   request.new_session};
    const pid_t pid = start_child(plan);
    if (pid < 0) throw os_error("vfork");
    told.reset();
    // It may have come to its end by now, and is still our child with a time of its own.
    const auto stat = stat_of(pid);
    Spawned child{{pid, stat ? stat->start_time : 0}, pidfd_of(pid)};
    if (!child.pidfd) {
        const int number = errno;
        ::kill(pid, SIGKILL);
        reap(pid);
        throw no_pidfd(pid, number);
    }
    int number = 0;
    ssize_t got = 0;
    do {
        got = ::read(report.get(), &number, sizeof number);
    } while (got < 0 && errno == EINTR);
    if (got == static_cast<ssize_t>(sizeof number)) {
        reap(pid);
        throw os_error("exec " + path, number);
    }
    return child;
}

}  // namespace phi
