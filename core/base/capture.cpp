// SPDX-License-Identifier: Apache-2.0
#include "core/base/capture.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi {

namespace {

struct Pipe {
    UniqueFd ours;
    UniqueFd theirs;
};

Pipe make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw os_error("pipe");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

int status_of(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) throw os_error(text("wait for process ", pid));
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// False at the end of the stream.
bool read_some(const UniqueFd& fd, std::string& kept) {
    std::array<char, 16384> chunk;
    const auto got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got > 0) kept.append(chunk.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && errno == EINTR);
}

void check(const Captured& so_far, const CaptureOptions& options, const std::string& program) {
    if (options.deadline.passed())
        throw Error(Code::timeout, text(program, " does not end in time"));
    if (so_far.out.size() > options.limit || so_far.err.size() > options.limit)
        throw Error(Code::no_resource,
                    text(program, " says more than ", format_bytes(options.limit)));
}

// Both streams, to their ends.
void read_all(Pipe& out, Pipe& err, Captured& captured, const CaptureOptions& options,
              const std::string& program) {
    while (out.ours || err.ours) {
        pollfd polled[2] = {{out.ours ? out.ours.get() : -1, POLLIN, 0},
                            {err.ours ? err.ours.get() : -1, POLLIN, 0}};
        if (::poll(polled, 2, options.deadline.poll_ms()) < 0 && errno != EINTR)
            throw os_error("poll");
        if (polled[0].revents != 0 && !read_some(out.ours, captured.out)) out.ours.reset();
        if (polled[1].revents != 0 && !read_some(err.ours, captured.err)) err.ours.reset();
        check(captured, options, program);
    }
}

}  // namespace

Captured capture(SpawnRequest request, const CaptureOptions& options) {
    const std::string program = request.path.empty() ? request.argv.at(0) : request.path;
    Pipe out = make_pipe();
    Pipe err = options.merged ? Pipe{} : make_pipe();
    request.fds = {{out.theirs.get(), 1},
                   {options.merged ? out.theirs.get() : err.theirs.get(), 2}};
    request.die_with_parent = true;
    const Spawned child = spawn(request);
    out.theirs.reset();
    err.theirs.reset();
    Captured captured;
    try {
        read_all(out, err, captured, options, program);
    } catch (const Error&) {
        send_signal(child.id, SIGKILL);
        status_of(child.id.pid);
        throw;
    }
    captured.status = status_of(child.id.pid);
    return captured;
}

std::vector<std::string> own_environment() {
    std::vector<std::string> all;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
        all.emplace_back(*entry);
    return all;
}

std::string find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    if (path == nullptr || *path == '\0')
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    for (const auto folder : split(path, ':')) {
        // A relative one would find whatever lies in the caller's directory.
        if (folder.empty() || folder.front() != '/') continue;
        std::string file = text(folder, '/', name);
        if (::access(file.c_str(), X_OK) == 0) return file;
    }
    return {};
}

}  // namespace phi
