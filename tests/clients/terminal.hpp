// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/base/unique_fd.hpp"

namespace phi::test {

// A program under a terminal of ours: what a user at a keyboard sees.
class Terminal {
  public:
    Terminal(const std::vector<std::string>& argv, const std::vector<std::string>& env,
             unsigned short rows, unsigned short columns);
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal();

    // Reads until the text was shown; false when the program closed its terminal or two minutes
    // passed before that.
    bool await(const std::string& wanted);
    void type(const std::string& keys);
    void resize(unsigned short rows, unsigned short columns);
    // Reads to the end, and returns the exit status, or 128 + signal.
    int wait();
    // Everything that was shown.
    const std::string& shown() const { return shown_; }

  private:
    bool read_some();

    UniqueFd master_;
    pid_t child_ = -1;
    std::string shown_;
};

}  // namespace phi::test
