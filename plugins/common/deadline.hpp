// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <runphi/sdk.hpp>

namespace runphi::common {

// A point in time after which one gives up. Monotonic; always finite, because nothing that a
// backend waits for takes forever unless it is broken.
class Deadline {
  public:
    static Deadline in(std::chrono::milliseconds span) { return Deadline(Clock::now() + span); }
    // What the host allows for the current call, and never more than `most`.
    static Deadline of(const sdk::Host& host, std::chrono::milliseconds most) {
        return in(std::min(most, std::chrono::milliseconds(
                                     std::min<std::int64_t>(host.remaining_ms(), 86'400'000))));
    }

    bool passed() const { return Clock::now() >= at_; }
    // For poll(2).
    int poll_ms() const {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()).count();
        return left > 0 ? static_cast<int>(left) : 0;
    }

  private:
    using Clock = std::chrono::steady_clock;
    explicit Deadline(Clock::time_point at) : at_(at) {}
    Clock::time_point at_;
};

}  // namespace runphi::common
