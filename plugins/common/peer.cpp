// SPDX-License-Identifier: Apache-2.0
#include "peer.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>

namespace runphi::common {

namespace {

bool for_later(int number) {
    return number == EAGAIN || number == EINTR;
}

}  // namespace

Peer::Peer(sdk::UniqueFd listener) : listener_(std::move(listener)) {
    ::fcntl(listener_.get(), F_SETFL, O_NONBLOCK);
}

pollfd Peer::slot(bool wants_input, bool wants_output) const {
    if (!connected()) return {listener_.get(), POLLIN, 0};
    const int events = (wants_input ? POLLIN : 0) | (wants_output ? POLLOUT : 0);
    return {connection_.get(), static_cast<short>(events), 0};
}

void Peer::handle(short happened) {
    if (happened == 0) return;
    if (!connected()) {
        connection_.reset(
            ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    } else if ((happened & (POLLHUP | POLLERR)) != 0 && (happened & POLLIN) == 0) {
        connection_.reset();
    }
}

std::size_t Peer::send(std::string_view bytes) {
    if (!connected() || bytes.empty()) return 0;
    const ssize_t put = ::send(connection_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put >= 0) return static_cast<std::size_t>(put);
    if (!for_later(errno)) connection_.reset();
    return 0;
}

std::size_t Peer::receive(char* bytes, std::size_t room) {
    if (!connected() || room == 0) return 0;
    const ssize_t got = ::recv(connection_.get(), bytes, room, 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0 || !for_later(errno)) connection_.reset();
    return 0;
}

}  // namespace runphi::common
