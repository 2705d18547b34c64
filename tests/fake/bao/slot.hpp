// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "guest/slot/slot.h"
#include "plugins/bao/slots/table.hpp"

namespace fake_bao {

// One slot: the real stub's state machine in a thread, over a window in the machine's memory and
// memory of its own.
class Slot {
  public:
    Slot(const runphi::bao::Slot& described, std::uint8_t* window);
    ~Slot();

    // From now on the stub looks at nothing, as one whose CPU has stopped.
    void set_deaf(bool deaf) { deaf_ = deaf; }
    bool memory_is_zero() const;

  private:
    void live();

    std::vector<std::uint8_t> ram_;
    struct slot slot_ = {};
    std::atomic<bool> quit_ = false, deaf_ = false;
    mutable std::mutex memory_;  // held while the stub, or a guest that ends at once, is at work
    std::thread thread_;
};

}  // namespace fake_bao
