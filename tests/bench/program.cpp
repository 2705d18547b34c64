// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"

namespace phi::bench {

namespace {

constexpr int patience_ms = 120'000;

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> out;
    for (const auto& one : strings) out.push_back(const_cast<char*>(one.c_str()));
    out.push_back(nullptr);
    return out;
}

UniqueFd open_or(const std::string& path, int flags) {
    const std::string name = path.empty() ? "/dev/null" : path;
    UniqueFd fd(::open(name.c_str(), flags | O_CLOEXEC, 0600));
    if (!fd) throw os_error("open " + name);
    return fd;
}

struct Stdio {
    int in, out, err;
};

// posix_spawn of glibc is a vfork: it does not copy our page tables, so its time is the program's.
class Spawner {
  public:
    Spawner(const Program& program, const Stdio& stdio)
        : argv_(pointers(program.argv)), env_(pointers(program.env)) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, stdio.in, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, stdio.out, 1);
        ::posix_spawn_file_actions_adddup2(&actions_, stdio.err, 2);
        ::posix_spawn_file_actions_addchdir_np(&actions_, program.cwd.c_str());
    }
    Spawner(const Spawner&) = delete;
    Spawner& operator=(const Spawner&) = delete;
    ~Spawner() { ::posix_spawn_file_actions_destroy(&actions_); }

    pid_t spawn() {
        pid_t pid = 0;
        errno = ::posix_spawn(&pid, argv_[0], &actions_, nullptr, argv_.data(), env_.data());
        if (errno != 0) throw os_error(text("exec ", std::string(argv_[0])));
        return pid;
    }

  private:
    std::vector<char*> argv_, env_;
    posix_spawn_file_actions_t actions_;
};

std::string last_words(int fd) {
    std::string said = read_fd(fd, "standard error");
    while (!said.empty() && said.back() == '\n') said.pop_back();
    return said.substr(said.rfind('\n') + 1);
}

void check(int wait_status, int expected, const Program& program, int err) {
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == expected) return;
    const std::string how = WIFEXITED(wait_status)
                                ? text("exit status ", WEXITSTATUS(wait_status))
                                : text("ended by signal ", WTERMSIG(wait_status));
    throw Error(Code::internal, text(program.argv[0], ": ", how, ": ", last_words(err)));
}

UniqueFd error_file() {
    UniqueFd fd(::memfd_create("stderr", MFD_CLOEXEC));
    if (!fd) throw os_error("memfd_create");
    return fd;
}

}  // namespace

double now_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double run_time(const Program& program, int status) {
    const UniqueFd in = open_or(program.input, O_RDONLY);
    const UniqueFd out = open_or(program.output, O_WRONLY | O_CREAT | O_TRUNC);
    const UniqueFd err = error_file();
    Spawner spawner(program, {in.get(), out.get(), err.get()});
    const double before = now_ms();
    const pid_t pid = spawner.spawn();
    int ended = 0;
    ::waitpid(pid, &ended, 0);
    const double after = now_ms();
    check(ended, status, program, err.get());
    return after - before;
}

double first_byte_time(const Program& program, const std::string& expected) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw os_error("pipe2");
    const UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    const UniqueFd in = open_or("", O_RDONLY);
    const UniqueFd err = error_file();
    Spawner spawner(program, {in.get(), write_end.get(), err.get()});
    const double before = now_ms();
    const pid_t pid = spawner.spawn();
    write_end.reset();
    pollfd readable{read_end.get(), POLLIN, 0};
    const bool in_time = ::poll(&readable, 1, patience_ms) > 0;
    const double after = now_ms();
    std::string said;
    char buffer[4096];
    while (in_time) {
        if (::poll(&readable, 1, patience_ms) <= 0) break;
        const ssize_t got = ::read(read_end.get(), buffer, sizeof buffer);
        if (got <= 0) break;
        said.append(buffer, static_cast<std::size_t>(got));
    }
    if (!in_time) ::kill(pid, SIGKILL);
    int ended = 0;
    ::waitpid(pid, &ended, 0);
    if (!said.starts_with(expected)) {
        throw Error(Code::internal, text(program.argv[0], ": its output begins with ",
                                         phi::quoted(said), ": ", last_words(err.get())));
    }
    return after - before;
}

double fork_time(void (*function)(const void*), const void* argument) {
    const double before = now_ms();
    const pid_t pid = ::fork();
    if (pid < 0) throw os_error("fork");
    if (pid == 0) {
        try {
            function(argument);
        } catch (const Error& error) {
            ::dprintf(2, "%s\n", error.what());
            ::_exit(1);
        }
        ::_exit(0);
    }
    int ended = 0;
    ::waitpid(pid, &ended, 0);
    const double after = now_ms();
    if (ended != 0) throw Error(Code::internal, "the measured function failed");
    return after - before;
}

void await_orphan(pid_t pid) {
    const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    pollfd ended{pidfd.get(), POLLIN, 0};
    const bool in_time = ::poll(&ended, 1, 60'000) > 0;
    if (!in_time) ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    if (!in_time) throw Error(Code::timeout, text("process ", pid, " did not end"));
}

void reap() {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
}

}  // namespace phi::bench
