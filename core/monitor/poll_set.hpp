// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <cerrno>
#include <vector>

#include "core/base/error.hpp"

namespace phi::monitor {

// What one turn of a loop waits for. Made anew in each turn; whoever adds a descriptor keeps the
// number to ask with.
class PollSet {
  public:
    void clear() { polled_.clear(); }
    // A descriptor of -1 is waited for in vain.
    std::size_t add(int fd, short events) {
        polled_.push_back({fd, events, 0});
        return polled_.size() - 1;
    }
    // -1: without end.
    void wait(int timeout_ms) {
        if (::poll(polled_.data(), polled_.size(), timeout_ms) >= 0) return;
        if (errno != EINTR) throw os_error("poll");
        for (auto& one : polled_) one.revents = 0;
    }
    short at(std::size_t number) const { return polled_[number].revents; }

  private:
    std::vector<pollfd> polled_;
};

}  // namespace phi::monitor
