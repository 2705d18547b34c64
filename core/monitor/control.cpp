// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/control.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::monitor {

namespace {

// Room for both windows of a session, whatever its frames look like: what does not fit has broken
// the rules of flow control.
constexpr int send_buffer = 256 << 10;
constexpr int statistics_wait_ms = 75'000;
constexpr std::size_t fields_max = RUNPHI_AGENT_PAYLOAD_MAX - sizeof(std::uint32_t);

sockaddr_un address_in(int dir_fd) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = text("/proc/self/fd/", dir_fd, "/", control_socket);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

UniqueFd new_socket() {
    UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) throw os_error("socket");
    return fd;
}

void enlarge(int socket) {
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer, sizeof send_buffer);
}

}  // namespace

Connection::Sent Connection::send(std::uint8_t type, std::string_view fields) {
    iovec parts[2] = {{&type, 1}, {const_cast<char*>(fields.data()), fields.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    if (::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return Sent::all;
    return errno == EAGAIN || errno == EINTR ? Sent::full : Sent::gone;
}

Connection::Got Connection::receive(Packet& packet) {
    // One for all connections: a packet is used up before the next one is taken.
    static std::array<char, 1 + fields_max + 1> buffer;
    ssize_t got = 0;
    // Told once when the other end was closed with something of ours unread; what it had said
    // before comes behind that.
    do got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    while (got < 0 && errno == ECONNRESET);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Got::nothing;
    if (got <= 0 || static_cast<std::size_t>(got) == buffer.size()) return Got::end;
    packet.type = static_cast<std::uint8_t>(buffer[0]);
    packet.fields = {buffer.data() + 1, static_cast<std::size_t>(got) - 1};
    return Got::packet;
}

UniqueFd listen_for_control(int dir_fd) {
    UniqueFd fd = new_socket();
    const sockaddr_un address = address_in(dir_fd);
    if (::unlinkat(dir_fd, control_socket, 0) != 0 && errno != ENOENT) {
        throw os_error(text("remove ", control_socket));
    }
    // The mode of the socket's own inode becomes the mode of the name that bind makes.
    if (::fchmod(fd.get(), 0600) != 0 ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd.get(), 16) != 0) {
        throw os_error(text("listen on ", control_socket));
    }
    return fd;
}

UniqueFd accept_control(int listener) {
    UniqueFd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    ucred peer{};
    socklen_t size = sizeof peer;
    if (!fd || ::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {};
    if (peer.uid != 0 && peer.uid != ::geteuid()) return {};
    enlarge(fd.get());
    return fd;
}

UniqueFd connect_control(int dir_fd) {
    UniqueFd fd = new_socket();
    const sockaddr_un address = address_in(dir_fd);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == ENOENT) {
            throw Error(Code::unsupported, "the container has no agent",
                        "its backend offers no channel to the guest");
        }
        if (errno == ECONNREFUSED) throw Error(Code::not_found, "container not running");
        throw os_error("connect to the container's monitor");
    }
    enlarge(fd.get());
    return fd;
}

std::string guest_statistics(int dir_fd) {
    Connection connection(connect_control(dir_fd));
    connection.send(RUNPHI_AGENT_STATS, {});
    pollfd answer{connection.fd(), POLLIN, 0};
    if (::poll(&answer, 1, statistics_wait_ms) <= 0) {
        throw Error(Code::timeout, "the guest does not tell its figures");
    }
    Packet packet;
    if (connection.receive(packet) != Connection::Got::packet) {
        throw Error(Code::not_found, "container not running");
    }
    if (packet.type == RUNPHI_AGENT_STATISTICS) return std::string(packet.fields);
    const bool told = packet.type == RUNPHI_AGENT_FAILED && !packet.fields.empty();
    throw Error(Code::unsupported, told ? std::string(packet.fields.substr(1))
                                        : "the guest does not tell its figures");
}

}  // namespace phi::monitor
