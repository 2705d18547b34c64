// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "backend.hpp"
#include "presence/presence.hpp"
#include "slots/fit.hpp"

// DEV: a slot has the devices that it was laid out with, whether its guest uses them or not.
namespace runphi::bao {

namespace {

template <typename List, typename Test>
bool any(const List& list, const Test& test) {
    return std::any_of(list.begin(), list.end(), test);
}

bool has_registers(const Vm& vm, const sdk::Region& wanted) {
    return any(vm.devices, [&](const SlotDevice& device) {
        return any(device.registers, [&](const Range& one) {
            return wanted.base >= one.base && wanted.base - one.base < one.size &&
                   wanted.size <= one.size - (wanted.base - one.base);
        });
    });
}

bool has_interrupt(const Vm& vm, std::uint64_t irq) {
    return any(vm.devices, [&](const SlotDevice& device) {
        return any(device.interrupts, [&](std::uint32_t one) { return one == irq; });
    });
}

}  // namespace

std::optional<std::string> misses_devices(const Vm& vm, const sdk::Plan& plan) {
    for (const std::string& name : plan.devices) {
        if (any(vm.devices, [&](const SlotDevice& one) { return one.name == name; })) continue;
        return "has not the device \"" + name + "\"";
    }
    for (const sdk::Region& one : plan.iomems) {
        if (!has_registers(vm, one)) {
            return "has no device with the registers at " + std::to_string(one.base);
        }
    }
    for (const std::uint64_t irq : plan.irqs) {
        if (!has_interrupt(vm, irq)) {
            return "has no device with the interrupt " + std::to_string(irq);
        }
    }
    return std::nullopt;
}

std::string BaoBackend::dev(const sdk::Host& host, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (plan.devices.empty() && plan.iomems.empty() && plan.irqs.empty()) return {};
    require_one(Node::read(Settings::parse(host.settings())).table, plan, misses_devices,
                "a device changes its VM only with the layout: \"devices\" of a slot in the "
                "request of runphi bao layout");
    return {};
}

}  // namespace runphi::bao
