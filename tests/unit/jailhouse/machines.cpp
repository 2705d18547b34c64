// SPDX-License-Identifier: Apache-2.0
#include "unit/jailhouse/machines.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "plugins/jailhouse/format/number_set.hpp"
#include "plugins/jailhouse/format/write.hpp"
#include "unit/jailhouse/tree_text.hpp"

namespace jailhouse_test {

using namespace jh;
namespace flag = jh::region_flag;

namespace {

constexpr std::uint64_t registers = flag::read | flag::write | flag::io;
constexpr std::uint64_t ram_flags = flag::read | flag::write | flag::execute;
constexpr std::uint64_t shared_flags = flag::read | flag::rootshared;

// The regions of a link, of which the root cell has end 0; `own`: bytes of each output section.
void add_link(Cell& root, std::uint64_t base, std::uint16_t bdf, std::uint8_t peers,
              std::uint64_t read_write, std::uint64_t own, std::uint16_t protocol) {
    PciDevice device;
    device.type = pci_type::ivshmem;
    device.domain = 1;
    device.bdf = bdf;
    device.bar_mask[0] = 0xfffff000;
    device.shmem_regions_start = static_cast<std::uint32_t>(root.regions.size());
    device.shmem_peers = peers;
    device.shmem_protocol = protocol;
    root.pci_devices.push_back(device);
    root.regions.push_back({base, base, 0x1000, shared_flags, 0});
    base += 0x1000;
    root.regions.push_back({base, base, read_write, shared_flags | flag::write, 0});
    base += read_write;
    for (unsigned peer = 0; peer < peers; ++peer, base += own) {
        root.regions.push_back(
            {base, base, own, peer == 0 ? shared_flags | flag::write : shared_flags, 0});
    }
}

std::vector<Irqchip> all_pins(std::uint64_t gicd) {
    return {{gicd, 0, 32, {~0U, ~0U, ~0U, ~0U}}};
}

}  // namespace

System qemu_virt_system() {
    System out;
    out.flags = system_flag_virtual_debug_console;
    out.hypervisor_memory = {0x7fc00000, 0, 0x400000, 0, 0};
    out.debug_console = {0x9000000, 0x1000, 3, 3, 0, 0, 0};
    out.pci_mmconfig_base = 0x8e00000;
    out.pci_is_virtual = 1;
    out.pci_domain = 1;
    out.arm = {25, 3, 0x8000000, 0, 0, 0, 0x80a0000};
    Cell& root = out.root_cell;
    root.name = "qemu-virt";
    root.cpu_set = set_of({0, 1, 2, 3});
    root.vpci_irq_base = 96;
    add_link(root, 0x7faf0000, 0, 3, 0x9000, 0x2000, 0);
    add_link(root, 0x7fb00000, 8, 2, 0, 0x7f000, 1);
    root.regions.push_back({0x9000000, 0x9000000, 0x37000000, registers, 0});
    root.regions.push_back({0x40000000, 0x40000000, 0x3fa10000, ram_flags, 0});
    root.regions.push_back({0x4010000000, 0x4010000000, 0x10000000, registers, 0});
    root.irqchips = all_pins(0x8000000);
    return out;
}

System zcu102_system() {
    System out;
    out.hypervisor_memory = {0x7f000000, 0, 0x600000, 0, 0};
    out.debug_console = {0xff000000, 0x1000, 4, 3, 0, 0, 0};
    out.pci_mmconfig_base = 0xfc000000;
    out.pci_is_virtual = 1;
    out.arm = {25, 2, 0xf9010000, 0xf902f000, 0xf9040000, 0xf906f000, 0};
    Cell& root = out.root_cell;
    root.name = "zcu102";
    root.cpu_set = set_of({0, 1, 2, 3});
    root.vpci_irq_base = 104;
    add_link(root, 0x7f600000, 0, 2, 0, 0x7f000, 1);
    root.regions.push_back({0xfd000000, 0xfd000000, 0x3000000, registers, 0});
    root.regions.push_back({0, 0, 0x7f000000, ram_flags, 0});
    root.regions.push_back({0x800000000, 0x800000000, 0x80000000, ram_flags, 0});
    root.irqchips = all_pins(0xf9010000);
    return out;
}

Cell zcu102_their_cell() {
    Cell out;
    out.name = "their-rtos";
    out.flags = cell_flag::passive_commreg;
    out.cpu_set = set_of({3});
    out.vpci_irq_base = 108;
    out.regions = {{0x78000000, 0, 0x1000000, ram_flags | flag::loadable, 0},
                   {0xff120000, 0xff120000, 0x1000, registers, 0},
                   {0, 0x80000000, 0x1000, flag::read | flag::write | flag::comm_region, 0}};
    out.irqchips = {{0xf9010000, 0, 32, {0, 0x380, 0, 0xf000}}};
    return out;
}

System pc_system() {
    System out;
    out.arch = out.root_cell.arch = Arch::x86;
    out.hypervisor_memory = {0x3a000000, 0, 0x600000, 0, 0};
    out.debug_console = {0x3f8, 0, 2, 0, 0, 0, 0};
    out.pci_mmconfig_base = 0xb0000000;
    out.pci_mmconfig_end_bus = 0xff;
    Cell& root = out.root_cell;
    root.name = "pc";
    root.cpu_set = set_of({0, 1, 2, 3});
    root.regions = {{0, 0, 0xa0000, ram_flags, 0},
                    {0x100000, 0x100000, 0x39f00000, ram_flags, 0},
                    {0x3a600000, 0x3a600000, 0x4c00000, ram_flags, 0},
                    {0x3f200000, 0x3f200000, 0xde0000, ram_flags, 0},
                    {0xfeb80000, 0xfeb80000, 0x80000, registers, 0}};
    for (const unsigned bdf : {0x10U, 0xd8U, 0xfaU, 0x18U}) {
        PciDevice device;
        device.type = pci_type::device;
        device.bdf = static_cast<std::uint16_t>(bdf);
        root.pci_devices.push_back(device);
    }
    return out;
}

GoldenMachine::GoldenMachine(const std::string& name, const System& system) {
    settings.linux_root = folder_.path();
    settings.machine.device_tree = folder_.path() + "/sys/firmware/devicetree/base";
    settings.sysfs = folder_.path() + "/sys/devices/jailhouse";
    settings.system = folder_.path() + "/system.cell";
    write_files(golden_text(name, "files.txt"), folder_.path());
    if (system.arch != Arch::x86) {
        write_tree(golden_text(name, "tree.dts"), folder_.path() + "/sys/firmware/devicetree/base");
    }
    write_system(system);
}

void GoldenMachine::write(const std::string& path, const std::string& content) const {
    folder_.write(path, content);
}

void GoldenMachine::remove(const std::string& path) const {
    std::filesystem::remove_all(folder_.path() + path);
}

void GoldenMachine::write_system(const System& system) const {
    write("/system.cell", jh::write_system(system, Layout::master));
}

std::string GoldenMachine::add_cell(const Cell& cell) {
    const std::string name = cell.name + ".cell";
    settings.cells.push_back(folder_.write(name, write_cell(cell, Layout::master)));
    return settings.cells.back();
}

std::string golden_text(const std::string& machine, const std::string& file) {
    const std::string path = std::string(RUNPHI_GOLDEN_CELLS) + "/machines/" + machine + "/" + file;
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot open " + path);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace jailhouse_test
