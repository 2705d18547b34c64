// SPDX-License-Identifier: Apache-2.0
#include "unit/jailhouse/scene.hpp"

#include "plugins/jailhouse/format/number_set.hpp"

namespace jailhouse_test {

using namespace jh;
namespace flag = jh::region_flag;

namespace {

constexpr std::uint64_t link_base = 0x7fa00000;
constexpr std::uint8_t peers = 3;

PciDevice link_end(std::uint8_t number) {
    PciDevice out;
    out.type = pci_type::ivshmem;
    out.domain = 1;
    out.bar_mask[0] = 0xfffff000;
    out.shmem_dev_id = number;
    out.shmem_peers = peers;
    return out;
}

// State table, read-write section, and one output section a peer.
std::vector<Region> link_regions(std::uint8_t number) {
    constexpr std::uint64_t read_only = flag::read | flag::rootshared;
    std::vector<Region> out = {
        {link_base, link_base, 0x1000, read_only, 0},
        {link_base + 0x1000, link_base + 0x1000, 0x1000, read_only | flag::write, 0}};
    for (std::uint8_t peer = 0; peer < peers; ++peer) {
        const std::uint64_t base = link_base + 0x2000 + peer * 0x1000ULL;
        out.push_back(
            {base, base, 0x1000, peer == number ? read_only | flag::write : read_only, 0});
    }
    return out;
}

System machine() {
    System out;
    out.flags = system_flag_virtual_debug_console;
    out.hypervisor_memory = {0x7fc00000, 0, 0x400000, 0, 0};
    out.pci_mmconfig_base = 0x8e00000;
    out.pci_is_virtual = 1;
    out.pci_domain = 1;
    out.iommu_units[0] = {iommu_type::arm_mmu500, 0xfd800000, 0x20000, {}, {}};
    out.arm = {25, 3, 0x8000000, 0, 0, 0, 0x80a0000};
    Cell& root = out.root_cell;
    root.name = "root";
    root.cpu_set = set_of({0, 1, 2, 3});
    root.rcpu_set = set_of({0});
    root.fpga_regions = set_of({0});
    root.vpci_irq_base = 96;
    root.regions = link_regions(0);
    root.regions.push_back(
        {0x9000000, 0x9000000, 0x37000000, flag::read | flag::write | flag::io, 0});
    root.regions.push_back(
        {0x40000000, 0x40000000, 0x3fc00000, flag::read | flag::write | flag::execute, 0});
    root.irqchips = {{0x8000000, 0, 32, {~0U, ~0U, ~0U, ~0U}}};
    root.pci_devices = {link_end(0)};
    return out;
}

Cell cell(const std::string& name, std::uint8_t number) {
    Cell out;
    out.name = name;
    out.flags = cell_flag::passive_commreg;
    out.cpu_set = set_of({number});
    out.regions = link_regions(number);
    out.regions.push_back({0x70000000 + number * 0x1000000ULL, 0, 0x10000,
                           flag::read | flag::write | flag::execute | flag::loadable, 0});
    out.regions.push_back({0, 0x80000000, 0x1000, flag::read | flag::write | flag::comm_region, 0});
    const unsigned irq = 140 + number * 4U;
    out.vpci_irq_base = irq - 32;
    out.irqchips = {{0x8000000, 0, 32, {0, 0, 0, 1U << (irq - 128)}}};
    out.pci_devices = {link_end(number)};
    return out;
}

}  // namespace

Scene::Scene() : system(machine()), cells{cell("a", 1), cell("b", 2)} {}

Lines Scene::findings() const {
    Lines out;
    for (const Finding& one : check(system, cells, layout)) {
        out.push_back((one.severity == Severity::error ? "error: " : "warning: ") + one.where +
                      ": " + one.what);
    }
    return out;
}

}  // namespace jailhouse_test
