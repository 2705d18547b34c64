// SPDX-License-Identifier: Apache-2.0
#include "core/container/act.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::container {

namespace {

constexpr char yes = 'y', no = 'n';

sockaddr_un address_in(int dir_fd) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = text("/proc/self/fd/", dir_fd, "/", act_socket);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

UniqueFd new_socket() {
    return UniqueFd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

bool send_byte(int socket, char byte) {
    return ::send(socket, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

// Readable, with something in it.
bool await_packet(int socket, const Deadline& deadline) {
    while (true) {
        pollfd one{socket, POLLIN, 0};
        const auto left = std::min<std::int64_t>(deadline.remaining_ms(), INT_MAX);
        const int ready = ::poll(&one, 1, static_cast<int>(left));
        if (ready > 0) return (one.revents & POLLIN) != 0;
        if (ready == 0 || errno != EINTR) return false;
    }
}

}  // namespace

bool ask_monitor(int dir_fd, Act act, Deadline deadline) {
    const UniqueFd fd = new_socket();
    const sockaddr_un address = address_in(dir_fd);
    if (!fd ||
        ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return false;
    char answer = no;
    return send_byte(fd.get(), static_cast<char>(act)) && await_packet(fd.get(), deadline) &&
           ::recv(fd.get(), &answer, 1, MSG_DONTWAIT) == 1 && answer == yes;
}

UniqueFd listen_for_acts(int dir_fd) {
    UniqueFd fd = new_socket();
    const sockaddr_un address = address_in(dir_fd);
    // The mode of the socket's own inode becomes the mode of the name that bind makes.
    if (!fd || ::fchmod(fd.get(), 0600) != 0 ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd.get(), 4) != 0) {
        throw os_error(text("listen on ", act_socket));
    }
    return fd;
}

UniqueFd accept_act(int listener) {
    UniqueFd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    ucred peer{};
    socklen_t size = sizeof peer;
    if (!fd || ::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {};
    if (peer.uid != 0 && peer.uid != ::geteuid()) return {};
    return fd;
}

std::optional<Act> take_act(int connection) {
    char wanted = 0;
    if (::recv(connection, &wanted, 1, MSG_DONTWAIT) != 1) return std::nullopt;
    // Who has waited too long does it himself: done by us later, it could undo what came after it.
    pollfd one{connection, POLLRDHUP, 0};
    if (::poll(&one, 1, 0) != 0) return std::nullopt;
    for (const Act act : {Act::start, Act::pause, Act::resume}) {
        if (wanted == static_cast<char>(act)) return act;
    }
    return std::nullopt;
}

void answer_act(int connection, bool done) {
    send_byte(connection, done ? yes : no);
}

}  // namespace phi::container
