// SPDX-License-Identifier: Apache-2.0
#include "fake/machine.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <sstream>

namespace fake {

using namespace runphi::sdk;

namespace {

std::string read_small(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return {};
    std::string bytes(16384, '\0');
    const ssize_t got = ::read(file.get(), bytes.data(), bytes.size());
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

std::vector<std::string> argv_of(int pid) {
    const std::string bytes = read_small("/proc/" + std::to_string(pid) + "/cmdline");
    std::vector<std::string> argv;
    for (std::size_t at = 0; at < bytes.size();) {
        argv.emplace_back(bytes.c_str() + at);
        at += argv.back().size() + 1;
    }
    return argv;
}

// Field 22 of its stat; nullopt if it is gone or only waits to be reaped.
std::optional<std::uint64_t> start_time_of(int pid) {
    const std::string stat = read_small("/proc/" + std::to_string(pid) + "/stat");
    const auto paren = stat.rfind(')');
    if (paren == std::string::npos) return std::nullopt;
    std::istringstream fields(stat.substr(paren + 2));
    std::string field;
    fields >> field;
    if (field == "Z" || field == "X") return std::nullopt;
    for (int i = 4; i <= 22; ++i) fields >> field;
    return std::stoull(field);
}

std::optional<Process> inspect(int pid, const std::string& realm) {
    const auto start = start_time_of(pid);
    const auto argv = argv_of(pid);
    if (!start || argv.size() != 4 || argv[2] != realm) return std::nullopt;
    if (argv[0].substr(argv[0].rfind('/') + 1) != program_name) return std::nullopt;
    return Process{pid, *start, argv[1]};
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

std::vector<Process> find_all(const Host& host) {
    const std::string realm(host.cache_dir());
    const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), &::closedir);
    if (!proc) throw os_error("open /proc");
    std::vector<Process> found;
    while (const dirent* entry = ::readdir(proc.get())) {
        int pid = 0;
        const std::string_view name = entry->d_name;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) continue;
        if (auto process = inspect(pid, realm)) found.push_back(*process);
    }
    return found;
}

std::optional<Process> find(const Host& host, const std::string& name) {
    for (const Process& process : find_all(host)) {
        if (process.name == name) return process;
    }
    return std::nullopt;
}

void end(const Host& host, const Process& process) {
    const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
    if (!pidfd || start_time_of(process.pid) != process.start_time) return;
    if (::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0) != 0 && errno != ESRCH) {
        throw os_error("kill partition " + process.name);
    }
    wait_for(host, pidfd.get(), POLLIN, "kill partition " + process.name);
    ::waitpid(process.pid, nullptr, WNOHANG);
}

UniqueFd connect_to(const Process& process, const char* socket_name, int type) {
    UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    // Its own working directory is the partition's, and the way there is short enough for sun_path.
    const auto to = address("/proc/" + std::to_string(process.pid) + "/cwd/" + socket_name);
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
