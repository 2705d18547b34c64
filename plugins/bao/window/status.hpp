// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "guest/slot/slot_window.h"

namespace runphi::bao {

// RUNPHI_SLOT_IDLE and so on.
enum class SlotState : std::uint32_t {
    idle = RUNPHI_SLOT_IDLE,
    loaded = RUNPHI_SLOT_LOADED,
    running = RUNPHI_SLOT_RUNNING,
    exited = RUNPHI_SLOT_EXITED,
    faulted = RUNPHI_SLOT_FAULTED,
};

const char* to_string(SlotState state);

struct SlotFault {
    std::uint64_t syndrome = 0, address = 0, data = 0;  // ESR_EL1, ELR_EL1, FAR_EL1
};

// The status page of a slot's window, read once. A guest may have written it.
struct SlotStatus {
    SlotState state = SlotState::idle;
    std::uint32_t acked = 0, result = 0;
    std::uint32_t boots = 0, runs = 0, run = 0;
    std::optional<int> exit_code;  // of `exited`, 0 to 255
    std::uint64_t ticks = 0;
    SlotFault fault;  // of `faulted`; zeros: by the guest's own word
    std::uint64_t window_size = 0, return_address = 0;
    std::vector<runphi_slot_range> ram;
};

// "the guest has failed (ESR 0x2000000, at 0x40080000, data address 0x0)"
std::string fault_text(const SlotFault& fault);

// nullopt: nothing there that a stub has written. Throws Error(hypervisor) that names what is wrong
// with a status that no stub writes.
std::optional<SlotStatus> read_status(const volatile runphi_slot_status& page);

// What a guest promises about itself.
struct Beats {
    std::uint32_t interval_ms = 0;  // more than 0
    std::uint64_t count = 0;
};
// nullopt: it promises nothing.
std::optional<Beats> read_beats(const volatile runphi_slot_guest& page);

// Why a command was not obeyed; RUNPHI_SLOT_BAD_*.
std::string result_text(std::uint32_t result);

}  // namespace runphi::bao
