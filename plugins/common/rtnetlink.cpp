// SPDX-License-Identifier: Apache-2.0
#include "rtnetlink.hpp"

#include <exception>

namespace runphi::common {

namespace {

constexpr int tries_max = 16;

struct Reading {
    const Rtnetlink::Handler& handler;
    std::exception_ptr failure;
};

// No exception passes through C.
bool hand_over(const nlmsghdr* message, void* context) noexcept {
    auto& reading = *static_cast<Reading*>(context);
    try {
        reading.handler(message);
    } catch (...) {
        reading.failure = std::current_exception();
    }
    return reading.failure == nullptr;
}

}  // namespace

Rtnetlink::Rtnetlink() : buffer_(new std::uint32_t[RUNPHI_NL_DATAGRAM_MAX / 4]) {
    const int error = runphi_nl_connect(&socket_);
    if (error != 0) throw sdk::os_error("open a netlink socket", -error);
}

int Rtnetlink::attempt(runphi_nl_message message) {
    return -runphi_nl_ask(&socket_, &message, buffer_.get(), nullptr, nullptr);
}

void Rtnetlink::change(const runphi_nl_message& message, const std::string& what) {
    if (const int error = attempt(message)) throw sdk::os_error(what, error);
}

int Rtnetlink::read(runphi_nl_message message, const Handler& handler) {
    Reading reading{handler, nullptr};
    int error = EAGAIN;
    for (int tries = 0; error == EAGAIN && tries < tries_max; ++tries) {
        error = -runphi_nl_ask(&socket_, &message, buffer_.get(), &hand_over, &reading);
    }
    if (reading.failure) std::rethrow_exception(reading.failure);
    return error;
}

}  // namespace runphi::common
