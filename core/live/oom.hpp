// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/base/unique_fd.hpp"
#include "core/live/cgroup.hpp"

namespace phi::live {

// Tells when the kernel runs out of memory in a container's cgroup: v1's memory.oom_control by
// eventfd, v2's memory.events by inotify. Where neither is to be had, it never tells anything.
class OomWatch {
  public:
    explicit OomWatch(Cgroup cgroup);

    // Readable when there may be news; -1: never.
    int fd() const { return fd_.get(); }
    // Takes the news. True if memory ran out since the last time.
    bool ran_out();

  private:
    bool watch_v1();
    bool watch_v2();
    std::uint64_t kills() const;

    Cgroup cgroup_;
    UniqueFd fd_;
    UniqueFd control_;  // v1 wants it open
    bool v2_ = false;
    std::uint64_t kills_ = 0;  // of v2, that have been told
};

}  // namespace phi::live
