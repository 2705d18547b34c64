// SPDX-License-Identifier: Apache-2.0
#include "launch.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <runphi/sdk/socket.hpp>
#include <string>

#include "../hang_up.hpp"

namespace runphi::common {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

constexpr const char* relay_name = "the relay";

// ---- the child

// All descriptors from 3 on but those in the list.
void close_others(const std::vector<int>& kept) {
    std::vector<int> others;
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir("/proc/self/fd"), &::closedir);
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
        const std::string_view name = entry->d_name;
        int fd = -1;
        std::from_chars(name.data(), name.data() + name.size(), fd);
        const bool ours = std::find(kept.begin(), kept.end(), fd) != kept.end();
        if (fd > 2 && !ours && fd != ::dirfd(dir.get())) others.push_back(fd);
    }
    for (const int fd : others) ::close(fd);
}

// The container's stdio and everything else of the monitor's is not ours.
void leave_monitor(const RelayParts& parts, int ready) {
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int stdio = 0; stdio < 3; ++stdio) ::dup2(null, stdio);
    std::vector<int> kept = parts.descriptors;
    for (const int fd : {parts.console.get(), parts.agent.get(), parts.watch.get(), ready}) {
        kept.push_back(fd);
    }
    close_others(kept);
    if (::chdir("/") != 0) ::_exit(1);
    ::prctl(PR_SET_NAME, "runphi-relay");
    ::malloc_trim(0);
}

[[noreturn]] void live(RelayParts parts, int ready) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::signal(SIGPIPE, SIG_IGN);
    leave_monitor(parts, ready);
    // A monitor that died before it could be heard of has let go of the other end.
    if (::write(ready, "+", 1) != 1) ::_exit(1);
    ::close(ready);
    try {
        Relay(std::move(parts)).run();
    } catch (...) {
        ::_exit(1);
    }
    ::_exit(0);
}

// ---- the parent

struct Pipe {
    UniqueFd reader, writer;
};

Pipe make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw sdk::os_error("pipe");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

sdk::ProcessId fork_relay(RelayParts parts) {
    Pipe ready = make_pipe();
    const pid_t child = ::fork();
    if (child < 0) throw sdk::os_error("fork");
    if (child == 0) {
        ready.reader.reset();
        live(std::move(parts), ready.writer.release());
    }
    ready.writer.reset();
    char word = 0;
    ssize_t got = 0;
    do {
        got = ::read(ready.reader.get(), &word, 1);
    } while (got < 0 && errno == EINTR);
    const auto stat = sdk::process_stat(child);
    if (got == 1 && stat) return {child, stat->start_time};
    throw Error(Code::internal, "the process that carries the guest's console has died");
}

}  // namespace

sdk::ProcessId start_relay(const sdk::Partition& partition, std::unique_ptr<Watched> watched,
                           std::unique_ptr<Source> source, std::vector<int> descriptors) {
    return fork_relay({std::move(watched), sdk::listen_at(partition.dir_fd, console_socket),
                       sdk::listen_at(partition.dir_fd, agent_socket),
                       sdk::listen_at(partition.dir_fd, watch_socket), std::move(source),
                       std::move(descriptors)});
}

void remove_relay_sockets(const sdk::Partition& partition) {
    if (partition.dir_fd < 0) return;  // the container's folder is gone, and all that was in it
    for (const char* name : {console_socket, agent_socket, watch_socket}) {
        if (::unlinkat(partition.dir_fd, name, 0) != 0 && errno != ENOENT) {
            throw sdk::os_error(std::string("remove ") + name);
        }
    }
}

UniqueFd connect_relay(const sdk::Partition& partition, const char* socket) {
    return sdk::connect_at(partition.dir_fd, socket, relay_name);
}

UniqueFd watch_relay(const sdk::Partition& partition) {
    try {
        return connect_relay(partition, watch_socket);
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
    }
    return hung_up();
}

std::uint32_t new_generation() {
    std::uint32_t out = 0;
    if (::getrandom(&out, sizeof out, 0) != sizeof out) throw sdk::os_error("getrandom");
    return out == 0 ? 1 : out;
}

}  // namespace runphi::common
