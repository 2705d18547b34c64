// SPDX-License-Identifier: Apache-2.0
#include "fake/machine.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <sstream>

namespace fake {

using namespace runphi::sdk;

namespace {

// The partition that the process is, if it is one of this realm.
std::optional<Process> inspect(const ProcessId& id, const std::string& realm) {
    const auto argv = process_arguments(id.pid);
    if (argv.size() != 4 || argv[2] != realm) return std::nullopt;
    if (argv[0].substr(argv[0].rfind('/') + 1) != program_name) return std::nullopt;
    return Process{id, argv[1]};
}

ProcessId read_handle(std::string_view handle) {
    const JsonDocument document(handle, "handle");
    const Json root = document.root();
    return {static_cast<int>(root.at("pid").u64(1, INT32_MAX)), root.at("start_time").u64()};
}

sockaddr_un address(const std::string& path) {
    sockaddr_un out{};
    out.sun_family = AF_UNIX;
    if (path.size() >= sizeof out.sun_path) {
        throw Error(Code::internal, "socket path " + path + " is too long");
    }
    std::copy(path.begin(), path.end(), out.sun_path);
    return out;
}

void wait_for(const Host& host, int fd, short events, const std::string& what) {
    pollfd waiting{fd, events, 0};
    int ready = 0;
    do {
        ready = ::poll(&waiting, 1, host.poll_ms() < 0 ? 60'000 : host.poll_ms());
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) throw os_error(what);
    if (ready == 0) throw Error(Code::timeout, what + ": it does not answer");
}

Query parse_answer(const std::string& answer) {
    std::istringstream words(answer);
    std::string first;
    words >> first;
    if (first == "ok") {
        int state = 0;
        int has_exit = 0;
        int status = 0;
        words >> state >> has_exit >> status;
        Query query{static_cast<State>(state), std::nullopt, {}};
        if (has_exit != 0) query.exit_status = status;
        query.detail = std::string("fake ") + to_string(query.state);
        return query;
    }
    int code = RUNPHI_INTERNAL;
    words >> code;
    std::string text;
    std::getline(words >> std::ws, text);
    throw Error(static_cast<Code>(code), text);
}

}  // namespace

std::string write_handle(const runphi::sdk::Process& process) {
    return JsonWriter()
        .object()
        .field("pid", process.pid)
        .field("start_time", process.start_time)
        .end_object()
        .text();
}

std::vector<Process> find_all(const Host& host) {
    const std::string realm(host.cache_dir());
    std::vector<Process> found;
    for (const ProcessId& id : running_processes()) {
        if (auto process = inspect(id, realm)) found.push_back(*process);
    }
    return found;
}

std::optional<Process> find(const Host& host, const Partition& partition) {
    if (!partition.handle.empty()) {
        const ProcessId id = read_handle(partition.handle);
        return process_runs(id) ? std::optional(Process{id, partition.name}) : std::nullopt;
    }
    struct stat socket {};
    if (partition.dir_fd >= 0 && ::fstatat(partition.dir_fd, control_socket, &socket, 0) != 0) {
        return std::nullopt;
    }
    for (const Process& process : find_all(host)) {
        if (process.name == partition.name) return process;
    }
    return std::nullopt;
}

UniqueFd connect_to(const Process& process, const char* socket_name, int type) {
    UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    // Its own working directory is the partition's, and the way there is short enough for sun_path.
    const auto to = address("/proc/" + std::to_string(process.id.pid) + "/cwd/" + socket_name);
    if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        throw os_error("connect to " + std::string(socket_name) + " of partition " + process.name);
    }
    return fd;
}

UniqueFd listen_at(int dir_fd, const char* socket_name, int type) {
    UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    if (::unlinkat(dir_fd, socket_name, 0) != 0 && errno != ENOENT) {
        throw os_error("remove " + std::string(socket_name));
    }
    const auto at = address("/proc/self/fd/" + std::to_string(dir_fd) + "/" + socket_name);
    if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
        ::listen(fd.get(), 16) != 0) {
        throw os_error("listen at " + std::string(socket_name));
    }
    return fd;
}

Query ask(const Host& host, const Process& process, const std::string& request) {
    const UniqueFd fd = connect_to(process, control_socket, SOCK_SEQPACKET);
    const std::string what = request + " of partition " + process.name;
    if (::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) throw os_error(what);
    wait_for(host, fd.get(), POLLIN, what);
    char answer[512];
    const ssize_t got = ::recv(fd.get(), answer, sizeof answer, 0);
    if (got <= 0) throw Error(Code::hypervisor, what + ": it hung up");
    return parse_answer(std::string(answer, static_cast<std::size_t>(got)));
}

}  // namespace fake
