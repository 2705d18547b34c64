// SPDX-License-Identifier: Apache-2.0
#include "bare_slot.hpp"

#include <algorithm>

namespace phi::test {

BareSlot::BareSlot() : window(window_size, 0xa5), first(0x2000, 0xa5), second(0x1000, 0xa5) {
    slot.window = window.data();
    slot.window_size = window_size;
    slot.return_address = 0x10000040;
    slot.ram[0] = {{ram, first.size()}, first.data()};
    slot.ram[1] = {{ram + 0x10000, second.size()}, second.data()};
    slot.ram_count = 2;
    slot_begin(&slot);
}

std::uint32_t BareSlot::command(std::uint32_t number) {
    control().magic = RUNPHI_SLOT_CONTROL_MAGIC;
    control().version = RUNPHI_SLOT_VERSION;
    control().command = number;
    ++control().seq;
    todo = slot_poll(&slot);
    return status().acked == control().seq ? status().result : UINT32_MAX;
}

std::uint32_t BareSlot::load(std::uint64_t offset, std::uint64_t size, std::uint64_t target) {
    control().offset = offset;
    control().size = size;
    control().target = target;
    return command(RUNPHI_SLOT_LOAD);
}

bool BareSlot::memory_is_zero() const {
    const auto zero = [](std::uint8_t one) { return one == 0; };
    return std::all_of(first.begin(), first.end(), zero) &&
           std::all_of(second.begin(), second.end(), zero);
}

}  // namespace phi::test
