// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/unique_fd.hpp"
#include "core/monitor/launch.hpp"
#include "core/monitor/poll_set.hpp"

namespace phi::monitor {

// The monitor calls the backend for short commands: see container/act.hpp. One at a time.
class Acts {
  public:
    explicit Acts(Launch& launch) : launch_(launch) {}

    void open();
    void add_to(PollSet& set);
    void handle(const PollSet& set);

  private:
    bool act() noexcept;

    Launch& launch_;
    UniqueFd listener_, connection_;
    std::size_t place_ = 0;
};

}  // namespace phi::monitor
