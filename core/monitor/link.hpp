// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/unique_fd.hpp"
#include "core/monitor/agent.hpp"
#include "core/monitor/poll_set.hpp"

namespace phi::monitor {

// One channel to the guest: frames in both directions, and a bounded queue of what it has not taken
// yet. Never blocks; a guest that does not read makes it neither wait nor grow.
class Link {
  public:
    explicit Link(FrameReader::Handler handler) : reader_(std::move(handler)) {}

    void open(UniqueFd fd);
    bool is_open() const { return static_cast<bool>(fd_); }

    // A frame; dropped when the queue is full.
    void send(std::string_view frame);
    // Is there room for any frame of a session, and still some for the container's own?
    bool has_room() const;

    // `may_write`: the guest reads this channel.
    void add_to(PollSet& set, bool may_write);
    void handle(const PollSet& set);
    // Reads what is there already; for the end, when nothing more comes.
    void drain();

  private:
    bool read_some();  // false: there is nothing now
    void write_some();

    UniqueFd fd_;
    FrameReader reader_;
    std::string queue_;
    std::size_t slot_ = 0;
};

}  // namespace phi::monitor
