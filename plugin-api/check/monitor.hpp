// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk/values.hpp>

#include <functional>
#include <string>
#include <vector>

#include "checks.hpp"
#include "plan.hpp"

namespace check {

// The process that creates a partition and holds its channels, as the core's monitor is. All other
// calls come from another process, so that a plugin that remembers something between two calls is
// found out.
class Monitor {
  public:
    // `enter`: what the process does first, to be where the container is.
    Monitor(Bench& bench, Place place, const std::vector<BootImage>& images,
            const std::function<void()>& enter = {});
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;
    ~Monitor();  // ends it

    // Each throws Failure or Skip as the check in that process did.
    std::string create();  // the handle
    void open_channels();
    void open_sessions();
    std::string read_console(int timeout_ms);
    // Waits until the descriptor of `wait` is ready, or the time is over, and asks what happened.
    runphi::sdk::State next_event(int timeout_ms);
    // Closes the channels. Throws Failure if more descriptors are open than before.
    void require_no_leaks();

    int pid() const { return pid_; }
    void kill();

  private:
    std::string ask(char what, int number = 0);

    int pid_ = -1;
    runphi::sdk::UniqueFd line_;
};

}  // namespace check
