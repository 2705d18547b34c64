// SPDX-License-Identifier: Apache-2.0
#include "show.hpp"

#include "../check/subject.hpp"
#include "../format/names.hpp"
#include "../format/number_set.hpp"
#include "table.hpp"

namespace runphi::jailhouse {

namespace {

const char* arch_text(Arch arch) {
    static constexpr const char* names[] = {"x86", "arm", "arm64"};
    return names[static_cast<std::size_t>(arch)];
}

std::string title(const std::string& name, const char* kind, Layout layout, Arch arch,
                  std::size_t size) {
    const LayoutFacts& facts = facts_of(layout);
    return "\"" + visible(name) + "\", " + kind + " configuration: layout " +
           std::string(facts.name) + " (revision " + std::to_string(facts.revision) + "), " +
           arch_text(arch) + ", " + std::to_string(size) + " bytes\n";
}

// One fact a line: "  reset address   0x0".
std::string fact(const std::string& name, const std::string& value) {
    constexpr std::size_t width = 20;
    return "  " + name + std::string(width > name.size() ? width - name.size() : 1, ' ') + value +
           "\n";
}

std::string section(const std::string& name, const Table& table) {
    return table.empty() ? std::string() : "\n  " + name + "\n" + table.text();
}

std::string console_text(const Console& console) {
    if (console == Console{}) return "none";
    std::string out = words(console.type, console_types) + " at " + hex(console.address);
    if (console.flags != 0) out += ", " + words(console.flags, console_flags);
    if (console.divider != 0) out += ", divider " + std::to_string(console.divider);
    if (console.gate_nr != 0) out += ", gate " + std::to_string(console.gate_nr);
    if (console.clock_reg != 0) out += ", clock register " + hex(console.clock_reg);
    return out;
}

Table regions(const Cell& cell, bool colours) {
    std::vector<std::string> head = {"#", "physical", "in the cell", "size", "flags"};
    if (colours) head.insert(head.begin() + 4, "colours");
    Table out(head);
    for (std::size_t i = 0; i < cell.regions.size(); ++i) {
        const Region& region = cell.regions[i];
        const bool comm = region.has(region_flag::comm_region);
        std::vector<std::string> row = {std::to_string(i), comm ? "-" : hex(region.phys_start),
                                        hex(region.virt_start), size_text(region.size),
                                        words(region.flags, region_flags)};
        if (colours) {
            row.insert(row.begin() + 4, region.colors == 0 ? "-" : hex(region.colors));
        }
        out.row(row);
    }
    return out;
}

Table irqchips(const Cell& cell) {
    Table out({"#", "chip", "id", "lines"});
    for (std::size_t i = 0; i < cell.irqchips.size(); ++i) {
        const Irqchip& chip = cell.irqchips[i];
        Numbers lines;
        for (unsigned pin = 0; pin < 128; ++pin) {
            if ((chip.pin_bitmap[pin / 32] >> (pin % 32) & 1U) != 0) {
                lines.push_back(chip.pin_base + pin);
            }
        }
        out.row({std::to_string(i), hex(chip.address), std::to_string(chip.id), list_text(lines)});
    }
    return out;
}

std::string pci_details(const PciDevice& device) {
    if (device.type == pci_type::ivshmem) {
        const std::uint64_t last =
            std::uint64_t{device.shmem_regions_start} + device.shmem_peers + 1;
        return "peer " + std::to_string(device.shmem_dev_id) + " of " +
               std::to_string(device.shmem_peers) + ", protocol " + hex(device.shmem_protocol) +
               ", memory regions " + std::to_string(device.shmem_regions_start) + "-" +
               std::to_string(last) +
               (device.num_msix_vectors != 0
                    ? ", " + std::to_string(device.num_msix_vectors) + " MSI-X vectors"
                    : "");
    }
    std::string out = "IOMMU " + std::to_string(device.iommu);
    if (device.num_caps != 0) {
        out += ", capabilities " + std::to_string(device.caps_start) + "-" +
               std::to_string(device.caps_start + device.num_caps - 1);
    }
    if (device.num_msi_vectors != 0) {
        out += ", " + std::to_string(device.num_msi_vectors) + " MSI vectors (" +
               words(device.msi_bits, msi_bits) + ")";
    }
    if (device.num_msix_vectors != 0) {
        out += ", " + std::to_string(device.num_msix_vectors) + " MSI-X vectors at " +
               hex(device.msix_address);
    }
    return out;
}

Table pci_devices(const Cell& cell) {
    Table out({"#", "address", "type", "details"});
    for (std::size_t i = 0; i < cell.pci_devices.size(); ++i) {
        const PciDevice& device = cell.pci_devices[i];
        out.row({std::to_string(i), place_of(device), words(device.type, pci_types),
                 pci_details(device)});
    }
    return out;
}

Table capabilities(const Cell& cell) {
    Table out({"#", "id", "start", "length", "flags"});
    for (std::size_t i = 0; i < cell.capabilities.size(); ++i) {
        const Capability& one = cell.capabilities[i];
        out.row({std::to_string(i), hex(one.id), hex(one.start), size_text(one.len),
                 words(one.flags, capability_flags)});
    }
    return out;
}

Table ports(const Cell& cell) {
    Table out({"#", "first", "ports"});
    for (std::size_t i = 0; i < cell.pio.size(); ++i) {
        out.row({std::to_string(i), hex(cell.pio[i].base), std::to_string(cell.pio[i].length)});
    }
    return out;
}

Table caches(const Cell& cell) {
    Table out({"#", "type", "first bit", "bits", "flags"});
    for (std::size_t i = 0; i < cell.caches.size(); ++i) {
        const Cache& cache = cell.caches[i];
        out.row({std::to_string(i), words(cache.type, cache_types), std::to_string(cache.start),
                 std::to_string(cache.size), words(cache.flags, cache_flags)});
    }
    return out;
}

Table stream_ids(const Cell& cell) {
    Table out({"#", "id"});
    for (std::size_t i = 0; i < cell.stream_ids.size(); ++i) {
        out.row({std::to_string(i), hex(cell.stream_ids[i].id)});
    }
    return out;
}

Table qos_devices(const Cell& cell) {
    Table out({"#", "name", "base", "flags"});
    for (std::size_t i = 0; i < cell.qos_devices.size(); ++i) {
        const QosDevice& device = cell.qos_devices[i];
        out.row({std::to_string(i), visible(device.name), hex(device.base), hex(device.flags)});
    }
    return out;
}

Table rcpu_devices(const Cell& cell) {
    Table out({"#", "id", "name", "compatible"});
    for (std::size_t i = 0; i < cell.rcpu_devices.size(); ++i) {
        const RcpuDevice& device = cell.rcpu_devices[i];
        out.row({std::to_string(i), std::to_string(device.rcpu_id), visible(device.name),
                 visible(device.compatible)});
    }
    return out;
}

Table fpga_devices(const Cell& cell) {
    Table out({"#", "region", "configuration", "overlay", "module", "bitstream", "flags"});
    for (std::size_t i = 0; i < cell.fpga_devices.size(); ++i) {
        const FpgaDevice& device = cell.fpga_devices[i];
        out.row({std::to_string(i), std::to_string(device.region_id), hex(device.conf_addr),
                 visible(device.dto), visible(device.module), visible(device.bitstream),
                 hex(device.flags)});
    }
    return out;
}

std::string vpci_text(const Cell& cell) {
    std::string out = "base " + std::to_string(cell.vpci_irq_base);
    const std::vector<unsigned> irqs = vpci_irqs_of(cell);
    if (cell.arch != Arch::x86 && !irqs.empty()) out += ", raises " + list_text(irqs);
    return out;
}

// What a root cell and another one have in common.
std::string resources(const Cell& cell, Layout layout) {
    const LayoutFacts& facts = facts_of(layout);
    std::string out = fact("CPUs", list_text(numbers_of(cell.cpu_set)));
    if (facts.has_rcpus) {
        out += fact("remote processors", list_text(numbers_of(cell.rcpu_set)));
    }
    if (layout == Layout::omnivisor) {
        out += fact("FPGA regions", list_text(numbers_of(cell.fpga_regions)));
    }
    if (cell.vpci_irq_base != 0 || !vpci_irqs_of(cell).empty()) {
        out += fact("virtual PCI lines", vpci_text(cell));
    }
    return out;
}

std::string tables(const Cell& cell, Layout layout) {
    return section("memory regions", regions(cell, facts_of(layout).has_colours)) +
           section("interrupts", irqchips(cell)) + section("ports", ports(cell)) +
           section("cache regions", caches(cell)) + section("PCI devices", pci_devices(cell)) +
           section("PCI capabilities", capabilities(cell)) +
           section("stream ids", stream_ids(cell)) + section("QoS devices", qos_devices(cell)) +
           section("remote processor devices", rcpu_devices(cell)) +
           section("FPGA devices", fpga_devices(cell));
}

std::string gic_text(const ArmPlatform& arm) {
    std::string out =
        "version " + std::to_string(arm.gic_version) + ", distributor " + hex(arm.gicd_base);
    if (arm.gicr_base != 0) out += ", redistributors " + hex(arm.gicr_base);
    if (arm.gicc_base != 0) out += ", CPU interface " + hex(arm.gicc_base);
    return out + ", maintenance interrupt " + std::to_string(arm.maintenance_irq);
}

Table iommus(const System& system) {
    Table out({"#", "type", "base", "size"});
    for (std::size_t i = 0; i < system.iommu_units.size(); ++i) {
        const Iommu& unit = system.iommu_units[i];
        if (unit.type == 0) continue;
        out.row({std::to_string(i), words(unit.type, iommu_types), hex(unit.base),
                 size_text(unit.size)});
    }
    return out;
}

std::string x86_facts(const X86Platform& x86) {
    static constexpr const char* modes[] = {"automatic", "xAPIC", "x2APIC"};
    return fact("PM timer", hex(x86.pm_timer_address)) +
           fact("APIC",
                x86.apic_mode < std::size(modes) ? modes[x86.apic_mode] : hex(x86.apic_mode)) +
           fact("VT-d interrupts", std::to_string(x86.vtd_interrupt_limit)) +
           fact("TSC, APIC timer",
                std::to_string(x86.tsc_khz) + " kHz, " + std::to_string(x86.apic_khz) + " kHz");
}

std::string colour_facts(const System& system, Layout layout) {
    if (!facts_of(layout).has_colours) return {};
    std::string out =
        fact("cache colours", "way size " + size_text(system.color.way_size) + ", loaded through " +
                                  hex(system.color.root_map_offset));
    if (system.qos != Qos{}) {
        out += fact("QoS", hex(system.qos.nic_base) + ", " + size_text(system.qos.nic_size));
    }
    if (system.memguard != Memguard{}) {
        out += fact("memguard", "timer " + std::to_string(system.memguard.hv_timer) + ", " +
                                    std::to_string(system.memguard.num_irqs) + " interrupts");
    }
    if (system.fpga != Fpga{}) {
        out += fact("FPGA", "\"" + visible(system.fpga.base_bitstream) + "\", at most " +
                                std::to_string(system.fpga.max_regions) + " regions");
    }
    return out;
}

std::string pci_text(const System& system) {
    if (system.pci_mmconfig_base == 0) return "none";
    return std::string(system.pci_is_virtual != 0 ? "virtual" : "of the machine") + ", domain " +
           std::to_string(system.pci_domain) + ", configuration space " +
           hex(system.pci_mmconfig_base) + ", buses 0-" +
           std::to_string(system.pci_mmconfig_end_bus);
}

}  // namespace

std::string show(const Cell& cell, Layout layout, std::size_t size) {
    return title(cell.name, "cell", layout, cell.arch, size) + "\n" +
           fact("flags", words(cell.flags, cell_flags)) + resources(cell, layout) +
           fact("reset address", hex(cell.cpu_reset_address)) +
           fact("message time-out",
                cell.msg_reply_timeout == 0 ? "none" : std::to_string(cell.msg_reply_timeout)) +
           fact("console", console_text(cell.console)) + tables(cell, layout);
}

std::string show(const System& system, Layout layout, std::size_t size) {
    std::string out = title(system.root_cell.name, "system", layout, system.arch, size) + "\n" +
                      fact("flags", words(system.flags, system_flags)) +
                      fact("hypervisor", hex(system.hypervisor_memory.phys_start) + ", " +
                                             size_text(system.hypervisor_memory.size)) +
                      fact("console", console_text(system.debug_console)) +
                      fact("PCI", pci_text(system));
    out += system.arch == Arch::x86 ? x86_facts(system.x86) : fact("GIC", gic_text(system.arm));
    return out + colour_facts(system, layout) + section("IOMMUs", iommus(system)) +
           "\n  root cell\n" + resources(system.root_cell, layout) +
           tables(system.root_cell, layout);
}

}  // namespace runphi::jailhouse
