// SPDX-License-Identifier: Apache-2.0
#include "unit/jailhouse/samples.hpp"

namespace jailhouse_test {

using namespace jh;
namespace flag = jh::region_flag;

namespace {

std::vector<std::uint8_t> bits(std::uint8_t first) {
    return {first, 0, 0, 0, 0, 0, 0, 0};
}

std::vector<Region> sample_regions(bool colours) {
    const std::uint64_t shared = flag::read | flag::rootshared;
    const std::uint64_t ram = flag::read | flag::write | flag::execute | flag::dma | flag::loadable;
    return {
        {0x7faf0000, 0x7faf0000, 0x1000, shared, 0},
        {},
        {0x7faf1000, 0x7faf1000, 0x2000, shared, 0},
        {0x7faf3000, 0x7faf3000, 0x2000, shared | flag::write, 0},
        {0x9000000, 0x9000000, 0x1000, shared | flag::write | flag::io, 0},
        {0x7fa00000, 0, 0x100000, colours ? ram | flag::colored : ram, colours ? 0xf0ULL : 0},
        {0, 0x80000000, 0x1000, flag::read | flag::write | flag::comm_region, 0},
    };
}

PciDevice sample_link() {
    PciDevice out;
    out.type = pci_type::ivshmem;
    out.domain = 1;
    out.bar_mask[0] = 0xfffff000;
    out.shmem_dev_id = 1;
    out.shmem_peers = 2;
    out.shmem_protocol = 1;
    return out;
}

void add_colours(System& system) {
    system.no_spectre_mitigation = 1;
    system.color = {0x10000, 0xc000000000};
    system.memguard = {188, 26, 0xf0, 0x10, 0x10, 0x10, 4, {175, 0, 0, 0, 0, 0, 0, 182}};
    system.qos = {0xfd700000, 0x1100000};
}

}  // namespace

Cell sample_cell(Layout layout) {
    const LayoutFacts& facts = facts_of(layout);
    Cell out;
    out.name = "inmate-demo";
    out.flags = cell_flag::virtual_console_permitted | cell_flag::passive_commreg;
    out.vpci_irq_base = 112;
    out.cpu_reset_address = 0x10000;
    out.msg_reply_timeout = 1000000;
    out.console = {0x9000000, 0x1000, 3, 3, 1, 2, 0x9100000};
    out.cpu_set = bits(0xa);
    out.regions = sample_regions(facts.has_colours);
    out.irqchips = {{0x8000000, 0, 32, {0, 0, 0, 0xf0000}}};
    out.pci_devices = {sample_link()};
    out.stream_ids = {{0x7f860e1}};
    if (facts.has_colours) out.qos_devices = {{"fpd-gdma", 7, 0x44100}};
    if (facts.has_rcpus) out.rcpu_set = bits(1);
    if (layout == Layout::omnivisor) {
        out.fpga_regions = bits(4);
        out.rcpu_devices = {{2, "microblaze0", "example,soft-core"}};
        out.fpga_devices = {{"region2.dtbo", "omnv_fpga", "region2.bit", 2, 0x80000000, 1}};
    }
    return out;
}

System sample_system(Layout layout) {
    System out;
    out.flags = system_flag_virtual_debug_console;
    out.hypervisor_memory = {0x7fc00000, 0, 0x400000, 0, 0};
    out.debug_console = {0x9000000, 0x1000, 3, 3, 0, 0, 0};
    out.pci_mmconfig_base = 0x8e00000;
    out.pci_mmconfig_end_bus = 1;
    out.pci_is_virtual = 1;
    out.pci_domain = 1;
    out.iommu_units[0] = {iommu_type::arm_mmu500, 0xfd800000, 0x20000, {}, {}};
    out.iommu_units[7] = {iommu_type::pvu, 0x30f80000, 0x1000, {}, {0x36000000, 0x40000}};
    out.arm = {25, 3, 0x8000000, 0x8010000, 0x8030000, 0x8040000, 0x80a0000};
    if (facts_of(layout).has_colours) add_colours(out);
    if (layout == Layout::omnivisor) out.fpga = {"base.bit", 0x80000000, 1, 3};

    Cell& root = out.root_cell;
    root.name = "root";
    root.vpci_irq_base = 96;
    root.cpu_set = {0xff, 0xff, 0, 0, 0, 0, 0, 0};
    root.regions = {
        {0x9000000, 0x9000000, 0x37000000, flag::read | flag::write | flag::io, 0},
        {0x40000000, 0x40000000, 0x3fa10000, flag::read | flag::write | flag::execute, 0}};
    root.irqchips = {{0x8000000, 0, 32, {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}}};
    return out;
}

Cell sample_x86_cell() {
    Cell out;
    out.arch = Arch::x86;
    out.name = "pc-demo";
    out.msg_reply_timeout = 5;
    out.console = {0x3f8, 0, 2, 0, 0, 0, 0};
    out.flags = cell_flag::passive_commreg | cell_flag::test_device;
    out.cpu_set = bits(4);
    out.regions = {{0x3ee00000, 0, 0x100000,
                    flag::read | flag::write | flag::execute | flag::dma | flag::loadable, 0}};
    out.caches = {{0, 2, 3, 1}};
    out.pio = {{0x3f8, 8}, {0x2f8, 8}};
    PciDevice device;
    device.type = pci_type::device;
    device.iommu = 1;
    device.bdf = 0x219;
    device.bar_mask = {0xfffe0000, 0xffffffff, 0, 0, 0, 0xffffffe0};
    device.num_caps = 2;
    device.num_msi_vectors = 4;
    device.msi_bits = 3;
    device.num_msix_vectors = 5;
    device.msix_region_size = 0x1000;
    device.msix_address = 0xfebf0000;
    out.pci_devices = {device};
    out.capabilities = {{1, 0xc8, 8, 1}, {0x8001, 0x100, 0x40, 0}};
    return out;
}

System sample_x86_system() {
    System out = sample_system(Layout::master);
    out.arch = out.root_cell.arch = Arch::x86;
    out.debug_console = {0x3f8, 0, 2, 0, 0, 0, 0};
    out.iommu_units = {};
    out.iommu_units[0] = {iommu_type::amd, 0xfed80000, 0x80000, {2, 0x40, 0x64, 0x80048824}, {}};
    out.arm = {};
    out.x86 = {0x608, 2, 256, 2400000, 1000000};
    out.root_cell.vpci_irq_base = 0;
    out.root_cell.irqchips.clear();
    out.root_cell.pio = {{0x3f8, 8}};
    return out;
}

}  // namespace jailhouse_test
