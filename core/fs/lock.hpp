// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "core/base/time.hpp"
#include "core/base/unique_fd.hpp"

namespace phi {

// flock(2), exclusive, on a file that is created if need be. Released when it goes out of scope or
// when the process dies. A child that was forked meanwhile does not prolong it, and cannot end it.
class Lock {
  public:
    // Throws Error(busy) "WHAT is locked by another process" (with its pid where /proc/locks tells
    // it) when the deadline has passed.
    static Lock take(int dir_fd, const std::string& name, const std::string& what,
                     Deadline deadline);
    Lock(Lock&&) noexcept = default;
    Lock& operator=(Lock&& other) noexcept;
    ~Lock() { release(); }

    int fd() const noexcept { return fd_.get(); }

  private:
    explicit Lock(UniqueFd fd);
    void release() noexcept;

    UniqueFd fd_;
    pid_t owner_;
};

}  // namespace phi
