// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/pump.hpp"

#include <unistd.h>

#include <cerrno>

namespace phi::monitor {

void Pump::read_some() {
    const ssize_t got = ::read(from_, buffer_.data(), buffer_.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) {
        ended_ = true;
        return;
    }
    start_ = 0;
    size_ = discard_ ? 0 : static_cast<std::size_t>(got);
}

void Pump::write_some() {
    const ssize_t put = ::write(to_, buffer_.data() + start_, size_);
    if (put < 0) {
        if (errno == EINTR || errno == EAGAIN) return;
        discard_ = true;
        size_ = 0;
        return;
    }
    start_ += static_cast<std::size_t>(put);
    size_ -= static_cast<std::size_t>(put);
    passed_ += static_cast<std::uint64_t>(put);
}

}  // namespace phi::monitor
