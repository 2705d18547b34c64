// SPDX-License-Identifier: Apache-2.0
#include "core/oci/hook_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "core/base/error.hpp"
#include "core/base/process.hpp"
#include "core/base/time.hpp"
#include "core/base/unique_fd.hpp"
#include "core/fs/file.hpp"

namespace phi::oci {

namespace {

// One stream of a hook: our end of its pipe, and what was kept.
class Capture {
  public:
    explicit Capture(std::string& kept) : kept_(kept) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw os_error("pipe");
        ours_.reset(ends[0]);
        theirs_.reset(ends[1]);
        if (::fcntl(ours_.get(), F_SETFL, O_NONBLOCK) != 0) throw os_error("fcntl");
    }

    int theirs() const { return theirs_.get(); }
    void close_theirs() { theirs_.reset(); }
    int ours() const { return ours_.get(); }

    // What is there now, but not for ever when somebody writes faster than we read.
    void read_some() {
        std::array<char, 4096> chunk;
        for (int round = 0; ours_ && round < 32; ++round) {
            const auto got = ::read(ours_.get(), chunk.data(), chunk.size());
            if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
            if (got <= 0) {
                ours_.reset();
                return;
            }
            const auto room = hook_output_max - kept_.size();
            kept_.append(chunk.data(), std::min(room, static_cast<std::size_t>(got)));
        }
    }

  private:
    std::string& kept_;
    UniqueFd ours_;
    UniqueFd theirs_;
};

// A memory file, not a pipe: a hook that does not read it cannot block or signal us.
UniqueFd state_input(const std::string& state_json) {
    UniqueFd input = memory_file("hook-state", state_json);
    if (::lseek(input.get(), 0, SEEK_SET) != 0) throw os_error("lseek");
    return input;
}

Spawned spawn_hook(const Hook& hook, const UniqueFd& input, const Capture& out, const Capture& err,
                   int bundle_fd) {
    SpawnRequest request;
    request.path = hook.path;
    request.argv = hook.args;
    if (request.argv.empty()) request.argv.push_back(hook.path);
    request.env = hook.env;
    request.fds = {{input.get(), 0}, {out.theirs(), 1}, {err.theirs(), 2}};
    request.cwd_fd = bundle_fd;
    return spawn(request);
}

// Reads both streams until the hook has ended. It has ended when its process has, whatever it left
// running with its streams open. False when the time ran out.
bool attend(const Spawned& child, Capture& out, Capture& err, const Deadline& deadline) {
    for (;;) {
        std::array<pollfd, 3> waiting = {
            {{child.pidfd.get(), POLLIN, 0}, {out.ours(), POLLIN, 0}, {err.ours(), POLLIN, 0}}};
        const int ready = ::poll(waiting.data(), waiting.size(), deadline.poll_ms());
        if (ready < 0 && errno != EINTR) throw os_error("poll");
        if (ready > 0 && waiting[1].revents != 0) out.read_some();
        if (ready > 0 && waiting[2].revents != 0) err.read_some();
        if (ready > 0 && waiting[0].revents != 0) return true;
        if (deadline.passed()) return false;
    }
}

// The process group is the hook's own, and cannot be another's as long as the hook is not reaped.
void kill_hook(const Spawned& child) {
    ::syscall(SYS_pidfd_send_signal, child.pidfd.get(), SIGKILL, nullptr, 0);
    ::kill(-child.id.pid, SIGKILL);
}

int reap(const Spawned& child) {
    int status = 0;
    while (::waitpid(child.id.pid, &status, 0) < 0) {
        if (errno != EINTR) throw os_error("wait for the hook");
    }
    return status;
}

Deadline deadline_of(const Hook& hook) {
    if (!hook.timeout_s) return Deadline::never();
    return Deadline::in(std::chrono::seconds(*hook.timeout_s));
}

}  // namespace

HookOutcome run_hook_process(const Hook& hook, const std::string& state_json, int bundle_fd) {
    HookOutcome outcome;
    Capture out(outcome.out);
    Capture err(outcome.err);
    const Deadline deadline = deadline_of(hook);
    const Spawned child = spawn_hook(hook, state_input(state_json), out, err, bundle_fd);
    out.close_theirs();
    err.close_theirs();
    try {
        outcome.timed_out = !attend(child, out, err, deadline);
    } catch (const Error&) {
        kill_hook(child);
        reap(child);
        throw;
    }
    if (outcome.timed_out) kill_hook(child);
    outcome.wait_status = reap(child);
    out.read_some();
    err.read_some();
    return outcome;
}

}  // namespace phi::oci
