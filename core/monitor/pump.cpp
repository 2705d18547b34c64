// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/pump.hpp"

#include <unistd.h>

#include <cerrno>

namespace phi::monitor {

bool Pump::held() const {
    const std::size_t end = start_ + size_;
    if (hold_.count() == 0 || size_ == 0 || ended_ || end == buffer_.size()) return false;
    return buffer_[end - 1] != '\n' && !due_.passed();
}

void Pump::read_some() {
    if (size_ == 0) start_ = 0;
    const std::size_t end = start_ + size_;
    const ssize_t got = ::read(from_, buffer_.data() + end, buffer_.size() - end);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) {
        ended_ = true;
        return;
    }
    if (discard_) return;
    if (size_ == 0) due_ = Deadline::in(hold_);
    size_ += static_cast<std::size_t>(got);
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
