// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/base/time.hpp"

namespace phi::monitor {

// One direction of a byte stream, through a fixed buffer: what the reader does not take is not read
// from the writer. Works on descriptors that block, because they may be shared with other
// processes: it reads and writes only after poll(2) said so, and at most PIPE_BUF bytes, which a
// writable pipe always takes.
class Pump {
  public:
    Pump(int from, int to) : from_(from), to_(to) {}

    int from() const { return from_; }
    int to() const { return to_; }
    // The beginning of a line waits for its end, but no longer than this. A guest's console gives
    // its bytes one by one, and who keeps a log of a pipe makes an entry of each write.
    void hold_lines(std::chrono::milliseconds span) { hold_ = span; }
    // What waits, waits until then; never when nothing does.
    Deadline held_until() const { return held() ? due_ : Deadline::never(); }

    // What to poll for now.
    bool wants_input() const { return !ended_ && (size_ == 0 || held()); }
    bool wants_output() const { return size_ > 0 && !held(); }
    // No more comes, and all that came was written.
    bool finished() const { return ended_ && size_ == 0; }
    std::uint64_t passed() const { return passed_; }

    // Called when poll says so (or says that the other end hung up).
    void read_some();
    void write_some();
    // Nothing more is to be read.
    void end() { ended_ = true; }

  private:
    bool held() const;

    int from_;
    int to_;
    std::array<char, 4096> buffer_{};
    std::size_t start_ = 0;
    std::size_t size_ = 0;
    std::uint64_t passed_ = 0;
    std::chrono::milliseconds hold_{0};
    Deadline due_ = Deadline::never();
    bool ended_ = false;
    bool discard_ = false;  // nobody reads any more: take it and drop it, so that the guest goes on
};

}  // namespace phi::monitor
