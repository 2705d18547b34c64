// SPDX-License-Identifier: Apache-2.0
#include "describe.hpp"

#include <algorithm>
#include <runphi/sdk.hpp>

#include "devices.hpp"
#include "host_facts.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

Extent extent_of(const Region& region) {
    return {region.virt_start, region.virt_start + region.size};
}

std::vector<Extent> ram_of(const Cell& cell) {
    using namespace region_flag;
    std::vector<Extent> out;
    for (const Region& one : cell.regions) {
        const bool ram = one.has(read | write | execute | dma);
        if (ram && (one.flags & (io | comm_region | rootshared)) == 0)
            out.push_back(extent_of(one));
    }
    return out;
}

std::optional<TreeState> state_of(const Cell& cell) {
    for (const Region& one : cell.regions) {
        if (one.has(region_flag::comm_region)) return TreeState{one.virt_start};
    }
    return std::nullopt;
}

// Where nothing else is in the cell: the hypervisor traps what the kernel places there.
Extent free_window(const std::vector<Extent>& taken) {
    constexpr std::uint64_t size = 1U << 20, step = 0x1000000, end = 0x100000000;
    for (std::uint64_t first = 0x10000000; first < end; first += step) {
        const auto clashes = [first](const Extent& one) {
            return one.first < first + size && first < one.end;
        };
        if (std::none_of(taken.begin(), taken.end(), clashes)) return {first, first + size};
    }
    throw Error(Code::no_resource,
                "the cell has no room below 4 GiB for the registers of its PCI devices");
}

std::vector<Extent> all_of(const Cell& cell, const TreeGic& gic, const Extent& ecam) {
    std::vector<Extent> out = {gic.distributor, gic.second, ecam};
    for (const Region& one : cell.regions) out.push_back(extent_of(one));
    return out;
}

std::optional<TreePci> pci_of(const System& system, const Cell& cell, const TreeGic& gic) {
    if (cell.pci_devices.empty()) return std::nullopt;
    const std::uint64_t base = system.pci_mmconfig_base;
    const std::uint64_t buses = std::uint64_t{system.pci_mmconfig_end_bus} + 1;
    const Extent ecam{base, base + (buses << 20)};
    return TreePci{ecam, cell.vpci_irq_base, free_window(all_of(cell, gic, ecam))};
}

}  // namespace

CellTree describe_cell(const System& system, const Cell& cell, const std::optional<Extent>& channel,
                       const Machine& machine) {
    const HostTree host(machine.device_tree);
    CellTree out;
    out.cpus = cpus_of(host, machine.cpus, numbers_of(cell.cpu_set));
    TreeTimer timer = timer_of(host);
    out.timer_interrupts = std::move(timer.interrupts);
    out.timer_properties = std::move(timer.properties);
    out.gic = gic_of(system, host);
    out.pci = pci_of(system, cell, out.gic);
    out.state = state_of(cell);
    out.memory = ram_of(cell);
    out.channel = channel;
    out.devices = devices_of(cell, host, machine.clocks);
    if (const auto console = console_of(out.devices)) out.console = console->index;
    return out;
}

}  // namespace runphi::jailhouse
