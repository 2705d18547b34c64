// SPDX-License-Identifier: Apache-2.0
#include "fake/partition/stream.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace fake {

void Stream::add_to(pollfd (&polled)[2], bool want_input) const {
    polled[0] = {listening_.get(), POLLIN, 0};
    int events = 0;
    if (want_input && !ended_) events |= POLLIN;
    if (!out_.empty()) events |= POLLOUT;
    polled[1] = {held_.get(), static_cast<short>(events), 0};
}

void Stream::handle(const pollfd (&polled)[2]) {
    const int events = polled[1].revents;
    if ((events & POLLOUT) != 0) transmit();
    if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) receive();
    if ((events & (POLLHUP | POLLERR)) != 0) {
        held_.reset();
        out_.clear();
        ended_ = true;
    }
    if ((polled[0].revents & POLLIN) != 0) accept_holder();
}

void Stream::accept_holder() {
    runphi::sdk::UniqueFd next(
        ::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (held_ || !next) return;  // one holder at a time: the second is hung up on
    held_ = std::move(next);
    ended_ = false;
}

void Stream::end_output() {
    if (held_) ::shutdown(held_.get(), SHUT_WR);
}

void Stream::receive() {
    char buffer[4096];
    while (true) {
        const ssize_t got = ::recv(held_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
        if (got > 0) {
            in_.append(buffer, static_cast<std::size_t>(got));
            continue;
        }
        if (got == 0) ended_ = true;
        return;
    }
}

void Stream::transmit() {
    while (!out_.empty()) {
        const ssize_t sent =
            ::send(held_.get(), out_.data(), out_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent <= 0) return;
        out_.erase(0, static_cast<std::size_t>(sent));
    }
}

void Stream::write(std::string_view bytes) {
    if (!held_) return;
    out_ += bytes;
    transmit();
}

std::string Stream::take() {
    taken_ += in_.size();
    return std::exchange(in_, {});
}

}  // namespace fake
