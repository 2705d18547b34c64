// SPDX-License-Identifier: Apache-2.0
#include "fake/jailhouse/server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <vector>

#include "fake/jailhouse/sysfs.hpp"

namespace fake_jailhouse {

using runphi::sdk::UniqueFd;

namespace {

constexpr std::size_t largest_call = 64U << 10;
constexpr off_t address_space = off_t{1} << 48;
constexpr std::uint32_t console_request = 0;

void require(bool held, const char* what) {
    if (!held) throw std::runtime_error(what);
}

// The memory of another process.
class PeerMemory : public CallerMemory {
  public:
    explicit PeerMemory(pid_t pid) : pid_(pid) {}

    bool read(std::uint64_t address, void* out, std::size_t size) const override {
        const iovec local{out, size};
        const iovec remote{reinterpret_cast<void*>(address), size};
        return ::process_vm_readv(pid_, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
    }

  private:
    pid_t pid_ = 0;
};

std::optional<Call> receive(int client) {
    Call out{std::string(largest_call, '\0'), 0};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))];
    iovec part{out.packet.data(), out.packet.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t got = ::recvmsg(client, &message, MSG_DONTWAIT);
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (got < static_cast<ssize_t>(sizeof(std::uint32_t)) || header == nullptr) return std::nullopt;
    ucred caller{};
    std::memcpy(&caller, CMSG_DATA(header), sizeof caller);
    out.packet.resize(static_cast<std::size_t>(got));
    out.caller = caller.pid;
    return out;
}

// Its clients take SO_PASSCRED over from it: set after accept it would come too late for a caller
// who has sent its packet already.
UniqueFd listen_at(const std::string& path) {
    UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    const int on = 1;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    require(path.size() < sizeof address.sun_path, "the path of the socket is too long");
    std::copy(path.begin(), path.end(), address.sun_path);
    require(fd && ::setsockopt(fd.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 &&
                ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                ::chmod(path.c_str(), 0600) == 0 && ::listen(fd.get(), 16) == 0,
            "listen");
    return fd;
}

}  // namespace

Server::Server(Machine machine, std::string folder)
    : folder_(std::move(folder)), machine_(std::move(machine)) {
    int ends[2];
    require(::pipe2(ends, O_CLOEXEC) == 0, "pipe");
    stop_reader_.reset(ends[0]);
    stop_writer_.reset(ends[1]);
    publish(machine_, sysfs());
    listener_ = listen_at(device());
    memory_.reset(::memfd_create("memory", MFD_CLOEXEC));
    require(memory_ && ::ftruncate(memory_.get(), address_space) == 0, "memfd");
    thread_ = std::thread([this] { serve(); });
}

Server::~Server() {
    stop_writer_.reset();
    thread_.join();
    ::unlink(device().c_str());
}

std::string Server::memory() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(memory_.get());
}

void Server::change(const std::function<void(Machine&)>& how) {
    const std::lock_guard lock(mutex_);
    how(machine_);
    publish(machine_, sysfs());
}

Machine Server::look() {
    const std::lock_guard lock(mutex_);
    return machine_;
}

// All clients, and the end of the pipe, in one poll.
void Server::serve() {
    std::vector<UniqueFd> clients;
    while (true) {
        std::vector<pollfd> set{{stop_reader_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
        for (const UniqueFd& one : clients) set.push_back({one.get(), POLLIN, 0});
        if (::poll(set.data(), set.size(), -1) < 0) continue;
        if (set[0].revents != 0) return;
        for (std::size_t i = clients.size(); i-- > 0;) {
            if ((set[i + 2].revents & POLLIN) != 0) answer(clients[i].get());
            if ((set[i + 2].revents & POLLHUP) != 0) {
                positions_.erase(clients[i].get());
                clients.erase(clients.begin() + static_cast<std::ptrdiff_t>(i));
            }
        }
        if (set[1].revents != 0) {
            UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (client) clients.push_back(std::move(client));
        }
    }
}

void Server::answer(int client) {
    const auto call = receive(client);
    if (!call) return;
    std::uint32_t request = 0;
    call->packet.copy(reinterpret_cast<char*>(&request), sizeof request);
    if (request == console_request) {
        answer_reader(client);
    } else {
        answer_call(client, request, *call);
    }
}

void Server::answer_call(int client, std::uint32_t request, const Call& call) {
    ++calls_;
    std::this_thread::sleep_for(delay_.load());
    Answer result;
    change([&](Machine& machine) {
        result =
            machine.ioctl(request, call.packet.substr(sizeof request), PeerMemory(call.caller));
    });
    if (!result) return;  // and the caller waits for ever
    const std::int32_t number = *result;
    // A caller that is gone needs no answer.
    static_cast<void>(::send(client, &number, sizeof number, MSG_NOSIGNAL));
}

// A byte more than there is: an empty packet would be the end.
void Server::answer_reader(int client) {
    const std::lock_guard lock(mutex_);
    const std::string text = "+" + machine_.read_console(positions_[client]);
    static_cast<void>(::send(client, text.data(), text.size(), MSG_NOSIGNAL));
}

}  // namespace fake_jailhouse
