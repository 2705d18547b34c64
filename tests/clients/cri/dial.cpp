// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/unique_fd.hpp"
#include "pod.hpp"

namespace phi::test {

namespace {

constexpr int wait_ms = 5000;

bool ready(int fd, short events) {
    pollfd one{fd, events, 0};
    return ::poll(&one, 1, wait_ms) == 1;
}

}  // namespace

std::string said_by(const std::string& ip, unsigned port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::inet_pton(AF_INET, ip.c_str(), &address.sin_addr) != 1) return {};
    const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    std::string all;
    char part[256];
    while (ready(socket.get(), POLLIN)) {
        const ssize_t got = ::read(socket.get(), part, sizeof part);
        if (got <= 0) break;
        all.append(part, static_cast<std::size_t>(got));
    }
    return all;
}

}  // namespace phi::test
