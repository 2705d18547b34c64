// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <cstdint>
#include <runphi/sdk/values.hpp>
#include <string>
#include <string_view>

namespace fake {

// One end of a serial line: a listening socket, at most one holder of the other end, and bytes
// under way. Never blocks. What is written while nobody holds the line is lost, as on a real one.
class Stream {
  public:
    explicit Stream(int listening_fd) : listening_(listening_fd) {}

    void add_to(pollfd (&polled)[2], bool want_input) const;
    void handle(const pollfd (&polled)[2]);

    void write(std::string_view bytes);
    bool is_held() const { return static_cast<bool>(held_); }
    // True when the holder has all that was written, or when there is none.
    bool drained() const { return !held_ || out_.empty(); }
    std::size_t queued() const { return out_.size(); }
    // Nothing more will be written: the holder sees it when it has read what was.
    void end_output();
    // What came in and was not taken yet.
    std::string take();
    // True when the other end will send nothing more and all was taken.
    bool ended() const { return ended_ && in_.empty(); }
    std::uint64_t taken() const { return taken_; }

  private:
    void accept_holder();
    void receive();
    void transmit();

    runphi::sdk::UniqueFd listening_;
    runphi::sdk::UniqueFd held_;
    std::string in_;
    std::string out_;
    bool ended_ = false;
    std::uint64_t taken_ = 0;
};

}  // namespace fake
