// SPDX-License-Identifier: Apache-2.0
#include "unit/jailhouse/random_machine.hpp"

#include "plugins/jailhouse/discover/links.hpp"
#include "plugins/jailhouse/format/number_set.hpp"

namespace jailhouse_test {

using namespace jh;
namespace flag = jh::region_flag;

namespace {

constexpr std::uint64_t mib = 1U << 20, page = 4096;
constexpr std::uint64_t ram = 0x40000000, registers = 0x9000000, card = 0x10000000;
constexpr std::uint64_t link_room = mib;                  // of a link's regions
constexpr std::uint64_t way_size = 0x10000;               // 16 colours
constexpr unsigned first_line = 100, first_line_pc = 12;  // of the board's interrupts
constexpr unsigned lines_pc = 24;
constexpr std::uint64_t read_only = flag::read | flag::rootshared;

}  // namespace

RandomMachine::RandomMachine(std::uint64_t seed) : engine_(seed) {
    layout = one_in(2) ? Layout::master : Layout::omnivisor;
    facts.flavour = layout == Layout::master ? fake_jailhouse::Flavour::master
                                             : fake_jailhouse::Flavour::omnivisor;
    facts.cpus = static_cast<unsigned>(2 + below(11));
    system.flags = one_in(2) ? system_flag_virtual_debug_console : 0;
    system.arm = {25, 3, 0x8000000, 0, 0, 0, 0x80a0000};
    Cell& root = system.root_cell;
    root.name = "root";
    board.name = "random";
    Numbers cpus;
    for (unsigned cpu = 0; cpu < facts.cpus; ++cpu) {
        cpus.push_back(cpu);
        if (cpu != 0 && !one_in(6)) board.cpus.push_back(cpu);
    }
    if (board.cpus.empty()) board.cpus = {1};
    root.cpu_set = set_of(cpus);
    root.vpci_irq_base = 96;
    root.irqchips = {{system.arm.gicd_base, 0, 32, {~0U, ~0U, ~0U, ~0U}}};
    if (one_in(3)) make_pc();
    add_memory();
    add_links();
    add_registers();
    if (one_in(2)) add_card();
    if ((is_pc() || layout == Layout::omnivisor) && one_in(2)) add_colours();
    add_interrupts();
}

void RandomMachine::make_pc() {
    system.arch = system.root_cell.arch = Arch::x86;
    facts.arch = 0;
    system.arm = {};
    system.x86 = {0x608, 2, 256, 2400000, 1000000};
    system.root_cell.vpci_irq_base = 0;
    system.root_cell.irqchips = {{0xfec00000, 0xff00, 0, {(1U << lines_pc) - 1, 0, 0, 0}}};
    system.root_cell.pio = {{0x3f8, 8}};
    board.devices.push_back({"com1", "ports:0x3f8+8", {}, {4}});
}

// RAM in one or two regions, the last 4 MiB behind it the hypervisor's; Linux has the beginning,
// links the end, and cells the rest, in one pool or two.
void RandomMachine::add_memory() {
    const std::uint64_t size = (64 + below(960)) * mib;
    ram_end_ = ram + size;
    pool_end_ = ram_end_ - 4 * link_room;
    system.hypervisor_memory = {ram_end_, 0, 4 * mib, 0, 0};
    facts.ram = ram;
    facts.ram_size = size;
    facts.hypervisor = ram_end_;
    const std::uint64_t rights = flag::read | flag::write | flag::execute;
    const std::uint64_t first = one_in(2) ? size : size / 2 / page * page;
    auto& regions = system.root_cell.regions;
    regions.push_back({ram, ram, first, rights, 0});
    if (first < size) regions.push_back({ram + first, ram + first, size - first, rights, 0});
    regions.push_back({registers, registers, 0x17000000, flag::read | flag::write | flag::io, 0});
    board.memory_alignment = one_in(2) ? page : 2 * mib;
    board.memory_minimum = 1 + below(2 * mib);
    const std::uint64_t base = ram + 16 * mib, middle = base + (1 + below(8)) * 2 * mib;
    if (one_in(2)) {
        board.memory = {{"cells", base, pool_end_ - base}};
    } else {
        board.memory = {{"low", base, middle - base}, {"high", middle, pool_end_ - middle}};
    }
}

void RandomMachine::add_links() {
    system.pci_mmconfig_base = is_pc() ? 0xb0000000 : 0x8e00000;
    system.pci_is_virtual = 1;
    system.pci_domain = 1;
    const auto count = static_cast<std::uint16_t>(below(4));
    for (std::uint16_t i = 0; i < count; ++i) add_link(i, pool_end_ + i * link_room);
    for (const Link& link : links_of(system, {})) {
        board.channels.push_back(
            {channel_name(link), link.size, static_cast<unsigned>(link.ends.size())});
    }
}

// As in Jailhouse's own configurations: state table, read-write section, outputs; a network link
// has two ends and no read-write section.
void RandomMachine::add_link(std::uint16_t number, std::uint64_t base) {
    const bool veth = one_in(3);
    const auto peers = static_cast<std::uint8_t>(veth ? 2 : 2 + below(4));
    PciDevice device;
    device.type = pci_type::ivshmem;
    device.domain = 1;
    device.bdf = static_cast<std::uint16_t>(number << 3);
    device.bar_mask[0] = 0xfffff000;
    device.num_msix_vectors = is_pc() ? 2 : 0;
    device.shmem_peers = peers;
    device.shmem_dev_id = static_cast<std::uint8_t>(below(peers));
    device.shmem_protocol = veth ? protocol_veth : static_cast<std::uint16_t>(0x4000 + number);
    auto& regions = system.root_cell.regions;
    device.shmem_regions_start = static_cast<std::uint32_t>(regions.size());
    std::uint64_t at = base;
    const auto add = [&](std::uint64_t size, std::uint64_t flags) {
        regions.push_back(size == 0 ? Region{} : Region{at, at, size, flags, 0});
        at += size;
    };
    add(page, read_only);
    add(veth ? 0 : page * (1 + below(8)), read_only | flag::write);
    for (std::uint8_t end = 0; end < peers; ++end) {
        add(page * (1 + below(16)),
            end == device.shmem_dev_id ? read_only | flag::write : read_only);
    }
    system.root_cell.pci_devices.push_back(device);
}

// Of devices: a page or more, or part of one.
void RandomMachine::add_registers() {
    const auto count = static_cast<unsigned>(below(5));
    for (unsigned i = 0; i < count; ++i) {
        const std::uint64_t size =
            one_in(3) ? std::uint64_t{16} << below(6) : page * (1 + below(4));
        phi::board::Device device{"device" + std::to_string(i), "", {}, {}};
        device.iomem = {{registers + i * 16 * page, size}};
        if (!one_in(3)) device.irqs = {(is_pc() ? 5 : 40) + i};
        board.devices.push_back(device);
    }
}

void RandomMachine::add_card() {
    PciDevice device;
    device.type = pci_type::device;
    device.bdf = 8 << 3;
    device.bar_mask[0] = 0xffff0000;
    device.num_caps = 1;
    device.num_msix_vectors = 4;
    device.msix_region_size = page;
    device.msix_address = card + 2 * page;
    system.root_cell.pci_devices.push_back(device);
    system.root_cell.capabilities = {{0x11, 0x40, 12, 1}};
    system.root_cell.stream_ids = {{8 << 3}};
    board.devices.push_back({"card", "0000:00:08.0", {{card, 0x10000}}, {}});
}

// Of memory's pages; on a PC bits of a mask for the cache.
void RandomMachine::add_colours() {
    if (!is_pc()) system.color = {way_size, 0xc000000000};
    const std::uint64_t split = 1 + below(15);
    board.devices.push_back({"low", "colors:0-" + std::to_string(split - 1), {}, {}});
    board.devices.push_back({"high", "colors:" + std::to_string(split) + "-15", {}, {}});
}

void RandomMachine::add_interrupts() {
    const std::uint64_t count = one_in(4) ? below(8) : 4 * board.cpus.size() + below(8);
    for (unsigned i = 0; i < std::min<std::uint64_t>(count, 60); ++i) {
        const unsigned line = (is_pc() ? first_line_pc : first_line) + i;
        if (!one_in(20) && (!is_pc() || line < lines_pc)) board.irqs.push_back(line);
    }
}

phi::board::Request RandomMachine::request() {
    phi::board::Request out;
    out.cpu_count = static_cast<unsigned>(1 + below(2));
    out.memory = below((pool_end_ - ram) / (one_in(3) ? 4 : 32));
    if (one_in(10)) out.cpu_list = {board.cpus[below(board.cpus.size())]};
    for (const auto& device : board.devices) {
        if (one_in(6)) out.devices.push_back(device.name);
    }
    for (const auto& channel : board.channels) {
        if (one_in(4)) out.channels.push_back(channel.name);
    }
    for (const auto irq : board.irqs) {
        if (one_in(60)) out.irqs.push_back(irq);
    }
    return out;
}

}  // namespace jailhouse_test
