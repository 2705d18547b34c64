// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "../format/limits.hpp"
#include "../format/names.hpp"
#include "../format/number_set.hpp"
#include "subject.hpp"

// Interrupts of a GIC: those that a cell's chips name, and those that its shared memory devices
// raise.
namespace runphi::jailhouse {

namespace {

constexpr unsigned end_of_irqs = 1020;
constexpr std::uint64_t bitmap_bits = 1024;  // arm-common's cell.h, irq_bitmap

bool counts(const Subject& subject, const Irqchip& chip) {
    return chip.address == subject.system.arm.gicd_base;
}

void check_chip(const Subject& subject, const Cell& cell, std::size_t index) {
    const Irqchip& chip = cell.irqchips[index];
    const std::string where = name_of(cell) + ", irqchip " + std::to_string(index);
    if (!counts(subject, chip)) {
        subject.report.warning(where, "address " + hex(chip.address) +
                                          " is not the GIC distributor's, " +
                                          hex(subject.system.arm.gicd_base) + ": it is ignored");
    } else if (chip.pin_base % 32 != 0 || chip.pin_base + std::uint64_t{128} > bitmap_bits) {
        subject.report.error(where, "pin_base " + std::to_string(chip.pin_base) +
                                        " must be a multiple of 32, at most 896 (EINVAL)");
    }
}

void check_own(const Subject& subject, const Cell& cell) {
    Numbers odd;
    for (const unsigned pin : pins_of(subject, cell)) {
        if (pin < first_spi_intid || pin >= end_of_irqs) odd.push_back(pin);
    }
    if (!odd.empty()) {
        subject.report.warning(name_of(cell), "interrupt " + list_text(odd) +
                                                  ": not one of 32 to 1019, which can be given");
    }
    const std::vector<unsigned> root = pins_of(subject, subject.root());
    Numbers foreign;
    for (const unsigned pin : pins_of(subject, cell)) {
        if (pin >= first_spi_intid && !std::binary_search(root.begin(), root.end(), pin)) {
            foreign.push_back(pin);
        }
    }
    if (!foreign.empty()) {
        subject.report.warning(
            name_of(cell), "interrupt " + list_text(foreign) + ": the root cell has not got it");
    }
}

void check_vpci(const Subject& subject, const Cell& cell) {
    const std::vector<unsigned> own = pins_of(subject, cell);
    const std::vector<unsigned> roots = vpci_irqs_of(subject.root());
    for (const unsigned irq : vpci_irqs_of(cell)) {
        const std::string which = "its shared memory raises interrupt " + std::to_string(irq) +
                                  " (vpci_irq_base " + std::to_string(cell.vpci_irq_base) + ")";
        if (irq >= end_of_irqs) {
            subject.report.error(name_of(cell), which + ", and there are none from 1020 on");
        } else if (!std::binary_search(own.begin(), own.end(), irq)) {
            subject.report.error(name_of(cell), which + ", which none of its irqchips gives to it");
        }
        if (std::binary_search(roots.begin(), roots.end(), irq)) {
            subject.report.error(name_of(cell), which + ", as the root cell's does");
        }
    }
}

void check_twice(const Subject& subject) {
    std::map<unsigned, const Cell*> owners;
    for (const Cell& cell : subject.cells) {
        std::vector<unsigned> all = pins_of(subject, cell);
        for (const unsigned irq : vpci_irqs_of(cell)) all.push_back(irq);
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        std::map<const Cell*, Numbers> shared;
        for (const unsigned irq : all) {
            if (irq < first_spi_intid) continue;
            const auto [at, fresh] = owners.emplace(irq, &cell);
            if (!fresh) shared[at->second].push_back(irq);
        }
        for (const auto& [other, numbers] : shared) {
            subject.report.error(name_of(cell), "interrupt " + list_text(numbers) + ": " +
                                                    name_of(*other) + " has it, too");
        }
    }
}

}  // namespace

std::vector<unsigned> pins_of(const Subject& subject, const Cell& cell) {
    std::vector<unsigned> out;
    for (const Irqchip& chip : cell.irqchips) {
        if (!counts(subject, chip) || chip.pin_base > bitmap_bits) continue;
        for (unsigned pin = 0; pin < 128; ++pin) {
            if ((chip.pin_bitmap[pin / 32] >> (pin % 32) & 1U) != 0)
                out.push_back(chip.pin_base + pin);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

// A device without MSI-X has one of four lines, by its number on the bus; each is an interrupt of
// the machine (arm-common/ivshmem.c).
std::vector<unsigned> vpci_irqs_of(const Cell& cell) {
    std::vector<unsigned> out;
    for (const PciDevice& device : cell.pci_devices) {
        if (device.type != pci_type::ivshmem || device.num_msix_vectors != 0) continue;
        const std::uint64_t irq =
            first_spi_intid + std::uint64_t{cell.vpci_irq_base} + (device.bdf >> 3U & 3U);
        out.push_back(static_cast<unsigned>(std::min<std::uint64_t>(irq, UINT32_MAX)));
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

void check_interrupts(const Subject& subject) {
    if (subject.system.arch == Arch::x86) return;
    for (const Cell& cell : subject.cells) {
        for (std::size_t i = 0; i < cell.irqchips.size(); ++i) check_chip(subject, cell, i);
        check_own(subject, cell);
        check_vpci(subject, cell);
    }
    check_twice(subject);
}

}  // namespace runphi::jailhouse
