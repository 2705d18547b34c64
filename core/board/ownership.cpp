// SPDX-License-Identifier: Apache-2.0
#include "core/board/ownership.hpp"

#include <algorithm>

#include "core/board/range.hpp"

namespace phi::board {

namespace {

bool holds_part(const Device& device, const Grant& grant) {
    for (const auto& region : device.iomem) {
        for (const auto& theirs : grant.iomems) {
            if (overlap(region, theirs)) return true;
        }
    }
    return std::any_of(device.irqs.begin(), device.irqs.end(), [&](std::uint32_t irq) {
        return std::find(grant.irqs.begin(), grant.irqs.end(), irq) != grant.irqs.end();
    });
}

}  // namespace

std::vector<DeviceHolder> holders_of(const Device& device, const std::vector<Held>& held) {
    std::vector<DeviceHolder> holders;
    for (const auto& one : held) {
        const auto& names = one.grant.devices;
        const bool whole = std::find(names.begin(), names.end(), device.name) != names.end();
        if (whole || holds_part(device, one.grant)) holders.push_back({one.container, whole});
    }
    return holders;
}

const Held* holder_of_irq(std::uint32_t irq, const std::vector<Held>& held) {
    for (const auto& one : held) {
        const auto& irqs = one.grant.irqs;
        if (std::find(irqs.begin(), irqs.end(), irq) != irqs.end()) return &one;
    }
    return nullptr;
}

}  // namespace phi::board
