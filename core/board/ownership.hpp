// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/board/grant.hpp"

namespace phi::board {

struct DeviceHolder {
    std::string container;
    bool whole = false;  // false: only some of its addresses or interrupts
};

// Who holds the device or a part of it.
std::vector<DeviceHolder> holders_of(const Device& device, const std::vector<Held>& held);

// nullptr: nobody.
const Held* holder_of_irq(std::uint32_t irq, const std::vector<Held>& held);

}  // namespace phi::board
