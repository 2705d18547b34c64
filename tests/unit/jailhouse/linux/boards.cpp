// SPDX-License-Identifier: Apache-2.0
#include "unit/jailhouse/linux/boards.hpp"

#include <filesystem>

#include "plugins/jailhouse/format/number_set.hpp"

namespace jailhouse_test {

using namespace jh;

namespace {

namespace flag = region_flag;
constexpr std::uint64_t shared_flags = flag::read | flag::write;
constexpr std::uint64_t ram_flags = shared_flags | flag::execute | flag::dma | flag::loadable;
constexpr std::uint64_t io_flags = shared_flags | flag::io;

std::string be32(const std::vector<std::uint32_t>& values) {
    std::string out;
    for (const std::uint32_t value : values) {
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 255);
    }
    return out;
}

PciDevice link(std::uint16_t number) {
    PciDevice out;
    out.type = pci_type::ivshmem;
    out.bdf = static_cast<std::uint16_t>(number << 3);
    return out;
}

}  // namespace

HostFolder& HostFolder::bytes(const std::string& node, const std::string& name,
                              const std::string& value) {
    folder_.write("base" + node + "/" + name, value);
    return *this;
}

HostFolder& HostFolder::cells(const std::string& node, const std::string& name,
                              const std::vector<std::uint32_t>& values) {
    return bytes(node, name, be32(values));
}

HostFolder& HostFolder::text(const std::string& node, const std::string& name,
                             const std::string& value) {
    return bytes(node, name, value + '\0');
}

HostFolder& HostFolder::cpu(unsigned number, const std::string& name, const std::string& compatible,
                            const std::vector<std::uint32_t>& reg) {
    text("/cpus/" + name, "compatible", compatible).cells("/cpus/" + name, "reg", reg);
    const std::string folder = folder_.path() + "/cpu/cpu" + std::to_string(number);
    std::filesystem::create_directories(folder);
    std::filesystem::create_symlink("../../../../firmware/devicetree/base/cpus/" + name,
                                    folder + "/of_node");
    return *this;
}

Machine HostFolder::machine() const {
    return {device_tree(), folder_.path() + "/cpu", {}};
}

void make_virt(Board& board) {
    HostFolder& host = board.host;
    host.cells("", "#address-cells", {2}).cells("", "#size-cells", {2});
    host.cells("", "interrupt-parent", {0x8002});
    host.cells("/cpus", "#address-cells", {1}).cells("/cpus", "#size-cells", {0});
    for (const unsigned n : {0U, 1U, 2U, 3U}) {
        host.cpu(n, "cpu@" + std::to_string(n), "arm,cortex-a57", {n});
    }
    host.text("/timer", "compatible", std::string("arm,armv8-timer\0arm,armv7-timer", 31));
    host.cells("/timer", "interrupts", {1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4});
    host.bytes("/timer", "always-on", "");
    const std::string gic = "/intc@8000000", uart = "/pl011@9000000";
    host.text(gic, "compatible", "arm,gic-v3").cells(gic, "phandle", {0x8002});
    host.cells(gic, "#interrupt-cells", {3});
    host.cells(gic, "reg", {0, 0x8000000, 0, 0x10000, 0, 0x80a0000, 0, 0xf60000});
    host.text("/apb-pclk", "compatible", "fixed-clock").cells("/apb-pclk", "phandle", {0x8000});
    host.cells("/apb-pclk", "clock-frequency", {24000000}).cells("/apb-pclk", "#clock-cells", {0});
    host.text(uart, "compatible", std::string("arm,pl011\0arm,primecell", 23));
    host.cells(uart, "reg", {0, 0x9000000, 0, 0x1000}).cells(uart, "interrupts", {0, 1, 4});
    host.cells(uart, "clocks", {0x8000, 0x8000});
    host.text(uart, "clock-names", std::string("uartclk\0apb_pclk", 16));
    host.text(uart, "name", "pl011").cells(uart, "phandle", {0x8004});

    System& system = board.system;
    system.pci_mmconfig_base = 0x8e00000;
    system.pci_is_virtual = 1;
    system.arm.gic_version = 3;
    system.arm.gicd_base = 0x8000000;
    system.arm.gicr_base = 0x80a0000;
    system.root_cell.cpu_set = set_of({0, 1, 2, 3});

    Cell& cell = board.cell;
    cell.name = "guest";
    cell.cpu_set = set_of({2, 3});
    cell.vpci_irq_base = 108;
    cell.regions = {{0x70000000, 0x70000000, 0x7ff0000, ram_flags, 0},
                    {0x77ff0000, 0x77ff0000, 0x10000, shared_flags | flag::rootshared, 0},
                    {0x9000000, 0x9000000, 0x1000, io_flags | flag::rootshared, 0},
                    {0, 0x80000000, 0x1000, shared_flags | flag::comm_region, 0}};
    cell.irqchips = {{0x8000000, 0, 32, {2, 0, 0, 0xf000}}};
    cell.pci_devices = {link(0), link(1)};
    board.channel = {0x77ff0000, 0x78000000};
}

void make_gicv2(Board& board) {
    HostFolder& host = board.host;
    host.cells("", "#address-cells", {2}).cells("", "#size-cells", {1});
    host.cells("", "interrupt-parent", {1});
    host.cells("/cpus", "#address-cells", {2}).cells("/cpus", "#size-cells", {0});
    host.cpu(1, "cpu@1", "arm,cortex-a53", {0, 1});
    host.cpu(5, "cpu@101", std::string("arm,cortex-a72\0arm,armv8", 24), {0, 0x101});
    const std::string gic = "/soc/interrupt-controller@40041000", uart = "/soc/bus/serial@7e201000";
    host.cells("/soc", "#address-cells", {1}).cells("/soc", "#size-cells", {1});
    host.cells("/soc", "ranges",
               {0x7e000000, 0, 0xfe000000, 0x1800000, 0x40000000, 0, 0xff800000, 0x800000});
    host.text(gic, "compatible", "arm,gic-400").cells(gic, "phandle", {1});
    host.cells(gic, "#interrupt-cells", {3});
    host.cells(gic, "reg", {0x40041000, 0x1000, 0x40042000, 0x2000});
    host.cells("/soc/bus", "#address-cells", {1}).cells("/soc/bus", "#size-cells", {1});
    host.bytes("/soc/bus", "ranges", "");
    host.text(uart, "compatible", "ns16550a").cells(uart, "reg", {0x7e201000, 0x100});
    host.cells(uart, "interrupts", {0, 93, 4}).text(uart, "status", "disabled");
    host.cells(uart, "reg-shift", {2}).cells(uart, "reg-io-width", {4});
    host.cells(uart, "clocks", {7, 19}).cells(uart, "pinctrl-0", {9});
    host.bytes(uart, "auto-flow-control", "");
    host.text("/soc/clocks", "compatible", "vendor,clocks").cells("/soc/clocks", "phandle", {7});
    host.cells("/soc/clocks", "#clock-cells", {1});
    // Another one that the cell has no register of, and a timer that is not the usual one.
    host.text("/soc/bus/serial@7e202000", "compatible", "ns16550a");
    host.cells("/soc/bus/serial@7e202000", "reg", {0x7e202000, 0x100});
    host.text("/timer", "compatible", "arm,armv8-timer");
    host.cells("/timer", "interrupts",
               {1, 13, 0xf08, 1, 14, 0xf08, 1, 11, 0xf08, 1, 10, 0xf08, 1, 12, 0xf08});
    host.cells("/timer", "clock-frequency", {54000000});

    System& system = board.system;
    system.arm.gic_version = 2;
    system.arm.gicd_base = 0xff841000;
    system.arm.gicc_base = 0xff842000;
    system.root_cell.cpu_set = set_of({0, 1, 2, 3, 4, 5});

    Cell& cell = board.cell;
    cell.name = "guest";
    cell.cpu_set = set_of({5});
    cell.regions = {{0x840000000, 0x840000000, 0x10000000, ram_flags, 0},
                    {0xfe201000, 0xfe201000, 0x1000, io_flags, 0}};
    cell.irqchips = {{0xff841000, 0, 32, {0, 0, 1U << (93 - 64), 0}}};
}

}  // namespace jailhouse_test
