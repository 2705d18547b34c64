// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "guest/slot/slot.h"

namespace phi::test {

// The stub's state machine as the host's compiler has built it, in memory of this process.
struct BareSlot {
    static constexpr std::uint64_t ram = 0x40000000, window_size = 0x30000;

    BareSlot();

    runphi_slot_control& control() {
        return *reinterpret_cast<runphi_slot_control*>(window.data() + RUNPHI_SLOT_CONTROL);
    }
    runphi_slot_status& status() {
        return *reinterpret_cast<runphi_slot_status*>(window.data() + RUNPHI_SLOT_STATUS);
    }
    std::uint8_t* staging() { return window.data() + RUNPHI_SLOT_STAGING; }
    // Writes the command behind what is in the control page, polls, and returns the result.
    std::uint32_t command(std::uint32_t number);
    std::uint32_t load(std::uint64_t offset, std::uint64_t size, std::uint64_t target);
    bool memory_is_zero() const;

    // As large as they are for the stub, so that a step too far is seen.
    std::vector<std::uint8_t> window, first, second;
    struct slot slot = {};
    slot_todo todo = SLOT_WAIT;
};

}  // namespace phi::test
