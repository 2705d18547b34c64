// SPDX-License-Identifier: Apache-2.0
#include "pins.hpp"

#include <algorithm>
#include <runphi/sdk.hpp>

#include "format/limits.hpp"

namespace runphi::jailhouse {

namespace {

constexpr unsigned pins_of_chip = 128;

bool counts(const System& system, const Irqchip& chip) {
    return system.arch == Arch::x86 || chip.address == system.arm.gicd_base;
}

bool has(const Irqchip& chip, unsigned irq) {
    if (irq < chip.pin_base || irq - chip.pin_base >= pins_of_chip) return false;
    const unsigned pin = irq - chip.pin_base;
    return (chip.pin_bitmap[pin / 32] >> (pin % 32) & 1U) != 0;
}

const Irqchip* chip_of_root(const System& system, unsigned irq) {
    if (system.arch != Arch::x86 && irq < first_spi_intid) return nullptr;
    for (const Irqchip& chip : system.root_cell.irqchips) {
        if (counts(system, chip) && has(chip, irq)) return &chip;
    }
    return nullptr;
}

}  // namespace

bool root_has_interrupt(const System& system, unsigned irq) {
    return chip_of_root(system, irq) != nullptr;
}

void add_interrupt(Cell& cell, const System& system, unsigned irq) {
    const Irqchip* root = chip_of_root(system, irq);
    if (root == nullptr) {
        throw sdk::Error(sdk::Code::invalid,
                         "interrupt " + std::to_string(irq) + ": the root cell has not got it");
    }
    auto chip = std::find_if(cell.irqchips.begin(), cell.irqchips.end(), [&](const Irqchip& one) {
        return one.address == root->address && one.pin_base == root->pin_base;
    });
    if (chip == cell.irqchips.end()) {
        chip = cell.irqchips.insert(chip, {root->address, root->id, root->pin_base, {}});
    }
    const unsigned pin = irq - chip->pin_base;
    chip->pin_bitmap[pin / 32] |= 1U << (pin % 32);
}

}  // namespace runphi::jailhouse
