// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "../format/number_set.hpp"
#include "subject.hpp"

// Where the regions of a cell lie on the machine: memory in the root cell's memory, and nothing in
// what the hypervisor keeps for itself.
namespace runphi::jailhouse {

namespace {

// What the hypervisor uses or traps.
struct Kept {
    const char* name;
    Span span;
    bool trapped;  // at the same address in the cell, too: a mapping there would hide it
};

void keep(std::vector<Kept>& list, const char* name, std::uint64_t base, std::uint64_t size,
          bool trapped) {
    if (base != 0 && size != 0) list.push_back({name, span_of(base, size), trapped});
}

void keep_gic(std::vector<Kept>& list, const System& system) {
    const ArmPlatform& arm = system.arm;
    const bool v3 = arm.gic_version == 3;
    keep(list, "GIC distributor", arm.gicd_base, v3 ? 0x10000 : 0x1000, true);
    if (v3) {
        // Two frames of 64 KiB for each CPU.
        const Numbers cpus = numbers_of(system.root_cell.cpu_set);
        const std::uint64_t count = cpus.empty() ? 1 : cpus.back() + 1;
        keep(list, "GIC redistributors", arm.gicr_base, count * 0x20000, true);
        return;
    }
    keep(list, "GIC CPU interface", arm.gicc_base, 0x2000, true);
    keep(list, "GIC virtual interface control", arm.gich_base, 0x2000, false);
    keep(list, "GIC virtual CPU interface", arm.gicv_base, 0x2000, false);
}

std::vector<Kept> kept_by_hypervisor(const System& system) {
    std::vector<Kept> out;
    keep(out, "hypervisor's own memory", system.hypervisor_memory.phys_start,
         system.hypervisor_memory.size, false);
    const std::uint64_t buses = system.pci_mmconfig_end_bus + std::uint64_t{1};
    keep(out, "PCI configuration space", system.pci_mmconfig_base, buses << 20, true);
    for (const Iommu& unit : system.iommu_units) {
        if (unit.type != 0) keep(out, "IOMMU", unit.base, unit.size, false);
    }
    if (system.arch == Arch::x86) {
        keep(out, "local APIC", 0xfee00000, page_size, false);
        for (const Irqchip& chip : system.root_cell.irqchips) {
            keep(out, "I/O APIC", chip.address, page_size, false);
        }
    } else {
        keep_gic(out, system);
    }
    return out;
}

void check_kept(const Subject& subject, const Cell& cell, std::size_t index,
                const std::vector<Kept>& kept) {
    const Region& region = cell.regions[index];
    for (const Kept& one : kept) {
        const std::string what = std::string("the ") + one.name + " (" + to_string(one.span) + ")";
        if (is_backed(region) && phys(region, subject.system).overlaps(one.span)) {
            subject.report.error(name_of(cell, index), "lies in " + what);
        } else if (one.trapped && virt(region).overlaps(one.span)) {
            subject.report.error(name_of(cell, index),
                                 "hides " + what + " from the cell, at " + to_string(virt(region)));
        }
    }
}

// The root cell's regions of one sort, in order, with those that touch made one.
std::vector<Span> united(const System& system, bool memory_only) {
    std::vector<Span> spans;
    for (const Region& region : system.root_cell.regions) {
        if (is_backed(region) && (is_memory(region) || !memory_only)) {
            spans.push_back(phys(region, system));
        }
    }
    std::sort(spans.begin(), spans.end(),
              [](const Span& a, const Span& b) { return a.first < b.first; });
    std::vector<Span> out;
    for (const Span& span : spans) {
        const bool touches =
            !out.empty() && (out.back().overlaps(span) || out.back().last + 1 == span.first);
        if (touches) {
            out.back().last = std::max(out.back().last, span.last);
        } else {
            out.push_back(span);
        }
    }
    return out;
}

bool within(const Span& span, const std::vector<Span>& spans) {
    return std::any_of(spans.begin(), spans.end(), [&](const Span& one) {
        return one.contains(span.first) && one.contains(span.last);
    });
}

void check_in_root(const Subject& subject, const Cell& cell, std::size_t index,
                   const std::vector<Span>& memory, const std::vector<Span>& all) {
    const Region& region = cell.regions[index];
    if (!is_backed(region)) return;
    if (is_memory(region) && !within(phys(region, subject.system), memory)) {
        subject.report.error(name_of(cell, index),
                             "not in the root cell's memory: loading it fails the root cell");
    } else if (!is_memory(region) && !within(phys(region, subject.system), all)) {
        subject.report.warning(name_of(cell, index),
                               "no region of the root cell has these registers");
    }
}

}  // namespace

void check_system(const Subject& subject) {
    const Region& own = subject.system.hypervisor_memory;
    const std::string where = "hypervisor_memory";
    if (own.size == 0) {
        subject.report.error(where, "it has no size");
        return;
    }
    const Span span = span_of(own.phys_start, own.size);
    if (own.phys_start % page_size != 0 || own.size % page_size != 0) {
        subject.report.error(where, to_string(span) + " is not whole pages (4 KiB)");
    }
    const Cell& root = subject.root();
    for (std::size_t i = 0; i < root.regions.size(); ++i) {
        if (is_backed(root.regions[i]) && phys(root.regions[i], subject.system).overlaps(span)) {
            subject.report.error(name_of(root, i),
                                 "lies in the hypervisor's own memory (" + to_string(span) + ")");
        }
    }
    if (numbers_of(root.cpu_set).empty()) {
        subject.report.error(name_of(root), "the root cell has no CPU");
    }
}

void check_placement(const Subject& subject) {
    const std::vector<Kept> kept = kept_by_hypervisor(subject.system);
    const std::vector<Span> memory = united(subject.system, true);
    const std::vector<Span> all = united(subject.system, false);
    for (const Cell& cell : subject.cells) {
        for (std::size_t i = 0; i < cell.regions.size(); ++i) {
            if (cell.regions[i].size == 0) continue;
            check_kept(subject, cell, i, kept);
            check_in_root(subject, cell, i, memory, all);
        }
    }
}

}  // namespace runphi::jailhouse
