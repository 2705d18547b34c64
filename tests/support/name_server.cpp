// SPDX-License-Identifier: Apache-2.0
#include "support/name_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::test {

namespace {

constexpr std::size_t header_size = 12;
constexpr int patience_ms = 20'000;

sockaddr_in dns_at(const std::string& address) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(53);
    if (::inet_pton(AF_INET, address.c_str(), &at.sin_addr) != 1) throw std::runtime_error(address);
    return at;
}

UniqueFd socket_of(int type) {
    UniqueFd fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
    if (!fd) throw os_error("socket");
    return fd;
}

UniqueFd listener(const std::string& address, int type) {
    UniqueFd fd = socket_of(type);
    const sockaddr_in at = dns_at(address);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
        (type == SOCK_STREAM && ::listen(fd.get(), 4) != 0)) {
        throw os_error(text("listen on ", address, " port 53"));
    }
    return fd;
}

// The first label, and where the question ends.
std::string first_label(const std::string& message, std::size_t& end) {
    std::string label;
    std::size_t at = header_size;
    while (at < message.size() && message[at] != 0) {
        const auto length = static_cast<std::size_t>(message[at]);
        if (label.empty()) label = message.substr(at + 1, length);
        at += length + 1;
    }
    end = at + 5;
    return label;
}

}  // namespace

std::string name_question(const std::string& name) {
    std::string out("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", header_size);
    for (const auto label : split(name, '.')) {
        out += static_cast<char>(label.size());
        out += label;
    }
    return out + std::string("\0\0\1\0\1", 5);
}

// The sockets belong to the namespace in which they are made, and only this thread goes there.
NameServer::NameServer(const NameServerSettings& settings)
    : settings_(settings), stop_(::eventfd(0, EFD_CLOEXEC)) {
    std::string failure;
    std::thread([&] {
        try {
            const UniqueFd there(::open(settings.network_namespace.c_str(), O_RDONLY | O_CLOEXEC));
            if (!there || ::setns(there.get(), CLONE_NEWNET) != 0) {
                throw os_error("enter " + settings.network_namespace);
            }
            datagrams_ = listener(settings.address, SOCK_DGRAM);
            connections_ = listener(settings.address, SOCK_STREAM);
            upstream_ = socket_of(SOCK_DGRAM);
        } catch (const std::exception& error) {
            failure = error.what();
        }
    }).join();
    if (!failure.empty()) throw std::runtime_error(failure);
    thread_ = std::thread([this] { serve(); });
}

NameServer::~NameServer() {
    ::eventfd_write(stop_.get(), 1);
    thread_.join();
}

std::string NameServer::answer_to(const std::string& question) const {
    std::size_t end = 0;
    const std::string label = first_label(question, end);
    if (!settings_.forwarded.empty() && label.starts_with(settings_.forwarded)) {
        const sockaddr_in to = dns_at(settings_.forward_to);
        ::sendto(upstream_.get(), question.data(), question.size(), 0,
                 reinterpret_cast<const sockaddr*>(&to), sizeof to);
        pollfd waited{upstream_.get(), POLLIN, 0};
        char buffer[2048];
        const bool came = ::poll(&waited, 1, patience_ms) == 1;
        const ssize_t got = came ? ::recv(upstream_.get(), buffer, sizeof buffer, 0) : 0;
        return {buffer, static_cast<std::size_t>(got > 0 ? got : 0)};
    }
    std::string out = question.substr(0, end);
    if (out.size() != end) return {};
    const bool asks_ipv4 = out[end - 3] == 1;
    out[2] = static_cast<char>(0x81);  // a response
    out[3] = static_cast<char>(0x80);
    out[7] = asks_ipv4 ? 1 : 0;
    for (std::size_t count = 8; count < header_size; ++count) out[count] = 0;
    if (!asks_ipv4) return out;
    out += std::string("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4", 12);
    const sockaddr_in answer = dns_at(settings_.answer);
    return out.append(reinterpret_cast<const char*>(&answer.sin_addr), 4);
}

void NameServer::serve_connection() const {
    const UniqueFd client(::accept4(connections_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::string message(2048, '\0');
    const ssize_t got = ::read(client.get(), message.data(), message.size());
    if (got <= 2) return;
    const std::string said = answer_to(message.substr(2, static_cast<std::size_t>(got) - 2));
    const std::string length{static_cast<char>(said.size() >> 8), static_cast<char>(said.size())};
    (void)!::write(client.get(), (length + said).data(), said.size() + 2);
}

void NameServer::serve() {
    for (;;) {
        pollfd polled[] = {{stop_.get(), POLLIN, 0},
                           {datagrams_.get(), POLLIN, 0},
                           {connections_.get(), POLLIN, 0}};
        if (::poll(polled, 3, -1) < 0) continue;
        if (polled[0].revents != 0) return;
        if (polled[2].revents != 0) serve_connection();
        if (polled[1].revents == 0) continue;
        std::string message(2048, '\0');
        sockaddr_in from{};
        socklen_t size = sizeof from;
        const ssize_t got = ::recvfrom(datagrams_.get(), message.data(), message.size(), 0,
                                       reinterpret_cast<sockaddr*>(&from), &size);
        if (got <= 0) continue;
        const std::string said = answer_to(message.substr(0, static_cast<std::size_t>(got)));
        ::sendto(datagrams_.get(), said.data(), said.size(), 0,
                 reinterpret_cast<const sockaddr*>(&from), size);
    }
}

}  // namespace phi::test
