// SPDX-License-Identifier: Apache-2.0
#include "interrupts.hpp"

#include <algorithm>
#include <set>

#include "../format/limits.hpp"

namespace runphi::jailhouse {

namespace {

constexpr std::uint32_t shared = 0;     // the first cell of an SPI; 1: of a CPU's own
constexpr unsigned last_shared = 1019;  // the last one that a GIC can have
// The hypervisor raises the four pins of the virtual bus from here on (vpci_irq_base).
constexpr unsigned virtual_pins = 4;

// Interrupts, addresses and sizes of more cells than this are none that anybody has defined.
constexpr std::uint32_t most_cells = 8;

std::optional<std::size_t> width(const HostTree& tree, const HostNode& node, const char* property,
                                 std::optional<std::uint32_t> otherwise) {
    const auto count = tree.cell(node, property);
    const auto out = count ? count : otherwise;
    if (!out || *out > most_cells) return std::nullopt;
    return *out;
}

void add_pins(std::set<unsigned>& out, const Cell& cell, std::uint64_t distributor) {
    for (const Irqchip& chip : cell.irqchips) {
        if (chip.address != distributor) continue;
        for (unsigned bit = 0; bit < 128; ++bit) {
            const bool set = (chip.pin_bitmap[bit / 32] >> (bit % 32) & 1U) != 0;
            const std::uint64_t number = std::uint64_t{chip.pin_base} + bit;
            if (set && number >= first_spi_intid && number <= last_shared) {
                out.insert(static_cast<unsigned>(number));
            }
        }
    }
}

void remove_virtual_pins(std::set<unsigned>& from, const Cell& cell) {
    for (unsigned pin = 0; pin < virtual_pins; ++pin) {
        from.erase(first_spi_intid + cell.vpci_irq_base + pin);
    }
}

}  // namespace

Wiring::Wiring(const HostTree& tree, std::uint64_t distributor) : tree_(tree) {
    for (const HostNode& node : tree.nodes()) {
        const bool here = !node.registers.empty() && node.registers[0].first == distributor;
        if (here && tree.bytes(node, "interrupt-controller")) gic_ = &node;
    }
    if (gic_ == nullptr) {
        unknown_ = true;
        return;
    }
    width_ = width(tree, *gic_, "#interrupt-cells", std::nullopt).value_or(0);
    if (width_ < 3) unknown_ = true;
    for (const HostNode& node : tree.nodes()) {
        std::set<unsigned> used;
        for (const unsigned number : interrupts_of(node).value_or(Numbers())) used.insert(number);
        for (const unsigned number : mapped(node)) used.insert(number);
        for (const unsigned number : used) ++users_[number];
        add_messages(node);
    }
}

std::optional<Numbers> Wiring::parse(const std::vector<std::uint32_t>& cells, std::size_t at,
                                     std::size_t end) const {
    Numbers out;
    if (width_ < 3 || (end - at) % width_ != 0) return std::nullopt;
    for (; at < end; at += width_) {
        if (cells[at] != shared || cells[at + 1] > last_shared - first_spi_intid)
            return std::nullopt;
        out.push_back(cells[at + 1] + first_spi_intid);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::optional<Numbers> Wiring::interrupts_of(const HostNode& node) const {
    if (const auto list = tree_.cells(node, "interrupts-extended")) return extended(*list);
    const auto list = tree_.cells(node, "interrupts");
    if (!list) return Numbers();
    if (tree_.interrupt_parent(node) != gic_) return std::nullopt;
    return parse(*list, 0, list->size());
}

// A phandle and the interrupt, for each.
std::optional<Numbers> Wiring::extended(const std::vector<std::uint32_t>& cells) const {
    std::set<unsigned> out;
    for (std::size_t at = 0; at < cells.size(); at += 1 + width_) {
        if (tree_.by_phandle(cells[at]) != gic_ || cells.size() - at <= width_) return std::nullopt;
        const auto one = parse(cells, at + 1, at + 1 + width_);
        if (!one) return std::nullopt;
        out.insert(one->begin(), one->end());
    }
    return Numbers(out.begin(), out.end());
}

// Each entry of a map: an address and an interrupt of the bus, the controller's phandle, an address
// and an interrupt there.
Numbers Wiring::mapped(const HostNode& node) const {
    const auto map = tree_.cells(node, "interrupt-map");
    if (!map) return {};
    const auto address = width(tree_, node, "#address-cells", 2);
    const auto interrupt = width(tree_, node, "#interrupt-cells", 1);
    if (!address || !interrupt) return {};
    std::set<unsigned> out;
    const std::size_t head = *address + *interrupt;
    for (std::size_t at = 0; at + head < map->size();) {
        const HostNode* parent = tree_.by_phandle((*map)[at + head]);
        const auto parent_address =
            parent == nullptr ? std::nullopt : width(tree_, *parent, "#address-cells", 0);
        const auto parent_interrupt = parent == nullptr
                                          ? std::nullopt
                                          : width(tree_, *parent, "#interrupt-cells", std::nullopt);
        if (!parent_address || !parent_interrupt) break;
        const std::size_t begin = at + head + 1 + *parent_address;
        at = begin + *parent_interrupt;
        if (at > map->size()) break;
        if (parent != gic_) continue;
        const auto one = parse(*map, begin, at);
        if (one) out.insert(one->begin(), one->end());
    }
    return {out.begin(), out.end()};
}

// A frame of a GICv2m turns messages of PCI devices into SPIs; which ones it may keep to itself.
void Wiring::add_messages(const HostNode& node) {
    const auto kinds = tree_.texts(node, "compatible");
    if (std::find(kinds.begin(), kinds.end(), "arm,gic-v2m-frame") == kinds.end()) return;
    const auto base = tree_.cell(node, "arm,msi-base-spi");
    const auto count = tree_.cell(node, "arm,msi-num-spis");
    if (!base || !count || *base > last_shared || *count > last_shared) {
        unknown_ = true;
        return;
    }
    for (unsigned i = 0; i < *count; ++i) ++users_[*base + i];
}

unsigned Wiring::users_of(unsigned interrupt) const {
    const auto at = users_.find(interrupt);
    return at == users_.end() ? 0 : at->second;
}

Numbers interrupts_of_root(const System& system) {
    std::set<unsigned> out;
    add_pins(out, system.root_cell, system.arm.gicd_base);
    return {out.begin(), out.end()};
}

Numbers free_interrupts(const System& system, const Wiring& wiring,
                        const std::vector<Cell>& others) {
    if (wiring.has_unknown()) return {};
    std::set<unsigned> free;
    add_pins(free, system.root_cell, system.arm.gicd_base);
    std::erase_if(free, [&](unsigned number) { return wiring.users_of(number) != 0; });
    remove_virtual_pins(free, system.root_cell);
    for (const Cell& cell : others) {
        std::set<unsigned> theirs;
        add_pins(theirs, cell, system.arm.gicd_base);
        for (const unsigned number : theirs) free.erase(number);
        remove_virtual_pins(free, cell);
    }
    for (const std::uint32_t number : system.memguard.pmu_cpu_irq) free.erase(number);
    return {free.begin(), free.end()};
}

}  // namespace runphi::jailhouse
