// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

namespace phi {

// Now, in UTC, as runc writes it: 2026-01-31T12:00:00.123456789Z.
std::string rfc3339_now();

// A point in time after which one gives up. Monotonic.
class Deadline {
  public:
    static Deadline in(std::chrono::milliseconds span) { return Deadline(Clock::now() + span); }
    static Deadline never() { return Deadline(Clock::time_point::max()); }

    bool passed() const { return Clock::now() >= at_; }
    // Milliseconds left, 0 when passed, INT64_MAX for never.
    std::int64_t remaining_ms() const {
        if (at_ == Clock::time_point::max()) return std::numeric_limits<std::int64_t>::max();
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()).count();
        return left > 0 ? left : 0;
    }
    // The same for poll(2): -1 for never.
    int poll_ms() const {
        const auto left = remaining_ms();
        if (left == std::numeric_limits<std::int64_t>::max()) return -1;
        return static_cast<int>(left < 1'000'000'000 ? left : 1'000'000'000);
    }

  private:
    using Clock = std::chrono::steady_clock;
    explicit Deadline(Clock::time_point at) : at_(at) {}
    Clock::time_point at_;
};

}  // namespace phi
