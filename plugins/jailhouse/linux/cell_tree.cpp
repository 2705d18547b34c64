// SPDX-License-Identifier: Apache-2.0
#include "cell_tree.hpp"

#include "../../common/fdt_writer.hpp"

namespace runphi::jailhouse {

using common::at_address;
using common::FdtWriter;

namespace {

constexpr std::uint32_t gic_phandle = 1, state_phandle = 2, first_clock_phandle = 3;
constexpr std::uint32_t shared_interrupt = 0, edge_rising = 1;  // of a GIC's three interrupt cells

std::vector<std::uint64_t> ranges_of(const std::vector<Extent>& extents) {
    std::vector<std::uint64_t> out;
    for (const Extent& one : extents) {
        out.push_back(one.first);
        out.push_back(one.end - one.first);
    }
    return out;
}

void write_chosen(FdtWriter& out, const CellTree& tree) {
    out.node("chosen", [&] {
        out.text("bootargs", tree.bootargs);
        if (tree.initrd.end > tree.initrd.first) {
            out.pairs("linux,initrd-start", {tree.initrd.first});
            out.pairs("linux,initrd-end", {tree.initrd.end});
        }
        if (!tree.seed.empty()) out.bytes("rng-seed", tree.seed);
        if (!tree.console) return;
        const TreeDevice& console = tree.devices.at(*tree.console);
        out.text("stdout-path", "/" + at_address(console.name, console.registers.at(0).first));
    });
}

void write_cpus(FdtWriter& out, const std::vector<TreeCpu>& cpus) {
    out.node("cpus", [&] {
        out.cells("#address-cells", {2});
        out.cells("#size-cells", {0});
        for (const TreeCpu& one : cpus) {
            out.node(at_address("cpu", one.mpidr), [&] {
                out.text("device_type", "cpu");
                out.texts("compatible", one.compatible);
                out.pairs("reg", {one.mpidr});
                out.text("enable-method", "psci");
            });
        }
    });
    // Jailhouse answers to both, hvc and smc; its own trees say smc.
    out.node("psci", [&] {
        out.text("compatible", "arm,psci-0.2");
        out.text("method", "smc");
    });
}

void write_timer(FdtWriter& out, const CellTree& tree) {
    out.node("timer", [&] {
        out.text("compatible", "arm,armv8-timer");
        out.cells("interrupts", tree.timer_interrupts);
        for (const TreeProperty& one : tree.timer_properties) {
            out.bytes(one.name.c_str(), one.value);
        }
    });
}

void write_gic(FdtWriter& out, const TreeGic& gic) {
    out.node(at_address("interrupt-controller", gic.distributor.first), [&] {
        out.text("compatible", gic.version == 2 ? "arm,gic-400" : "arm,gic-v3");
        out.pairs("reg", ranges_of({gic.distributor, gic.second}));
        out.flag("interrupt-controller");
        out.cells("#interrupt-cells", {3});
        out.cells("#address-cells", {0});
        out.cells("phandle", {gic_phandle});
    });
}

// Device n raises pin (n & 3) + 1 and nothing else, and the hypervisor has the four pins raise four
// SPIs.
std::vector<std::uint32_t> interrupt_map(std::uint32_t first_spi) {
    std::vector<std::uint32_t> out;
    for (std::uint32_t pin = 1; pin <= 4; ++pin) {
        for (const std::uint32_t cell :
             {0U, 0U, 0U, pin, gic_phandle, shared_interrupt, first_spi + pin - 1, edge_rising}) {
            out.push_back(cell);
        }
    }
    return out;
}

void write_pci(FdtWriter& out, const TreePci& pci) {
    constexpr std::uint32_t memory_32bit = 0x02000000;  // of the first cell of an address
    const auto buses = static_cast<std::uint32_t>((pci.ecam.end - pci.ecam.first) >> 20);
    const std::uint64_t first = pci.window.first, size = pci.window.end - pci.window.first;
    out.node(at_address("pci", pci.ecam.first), [&] {
        out.text("compatible", "pci-host-ecam-generic");
        out.text("device_type", "pci");
        out.pairs("reg", ranges_of({pci.ecam}));
        out.cells("bus-range", {0, buses - 1});
        out.cells("#address-cells", {3});
        out.cells("#size-cells", {2});
        out.cells("#interrupt-cells", {1});
        out.cells("interrupt-map-mask", {0, 0, 0, 7});
        out.cells("interrupt-map", interrupt_map(pci.first_spi));
        out.cells("ranges",
                  {memory_32bit, 0, static_cast<std::uint32_t>(first),
                   static_cast<std::uint32_t>(first >> 32), static_cast<std::uint32_t>(first),
                   static_cast<std::uint32_t>(size >> 32), static_cast<std::uint32_t>(size)});
    });
}

void write_memory(FdtWriter& out, const CellTree& tree) {
    for (const Extent& one : tree.memory) {
        out.node(at_address("memory", one.first), [&] {
            out.text("device_type", "memory");
            out.pairs("reg", ranges_of({one}));
        });
    }
    if (!tree.channel) return;
    out.node("reserved-memory", [&] {
        out.cells("#address-cells", {2});
        out.cells("#size-cells", {2});
        out.flag("ranges");
        out.node(at_address("channel", tree.channel->first), [&] {
            out.pairs("reg", ranges_of({*tree.channel}));
            out.flag("no-map");
        });
    });
}

// Linux restarts through this before it tries PSCI, also after a panic; it powers off through it
// since Linux 6.4, and before by a restart.
void write_state(FdtWriter& out, const TreeState& state) {
    out.node(at_address("syscon", state.region), [&] {
        out.text("compatible", "syscon");
        out.pairs("reg", {state.region, 0x1000});
        out.cells("phandle", {state_phandle});
    });
    for (const char* what : {"reboot", "poweroff"}) {
        out.node(what, [&] {
            out.text("compatible", std::string("syscon-") + what);
            out.cells("regmap", {state_phandle});
            out.cells("offset", {state.offset});
            out.cells("value", {state.ended});
        });
    }
}

void write_clock(FdtWriter& out, std::uint32_t phandle, std::uint32_t hz) {
    out.node("clock-" + std::to_string(phandle), [&] {
        out.text("compatible", "fixed-clock");
        out.cells("#clock-cells", {0});
        out.cells("clock-frequency", {hz});
        out.cells("phandle", {phandle});
    });
}

void write_clock_references(FdtWriter& out, const std::vector<TreeClock>& clocks,
                            std::uint32_t phandle) {
    if (clocks.empty()) return;
    std::vector<std::uint32_t> references;
    std::vector<std::string> names;
    for (const TreeClock& one : clocks) {
        references.push_back(phandle++);
        if (!one.name.empty()) names.push_back(one.name);
    }
    out.cells("clocks", references);
    if (names.size() == clocks.size()) out.texts("clock-names", names);
}

void write_device(FdtWriter& out, const TreeDevice& device, std::uint32_t clock_phandle) {
    out.node(at_address(device.name, device.registers.at(0).first), [&] {
        out.pairs("reg", ranges_of(device.registers));
        if (!device.interrupts.empty()) out.cells("interrupts", device.interrupts);
        write_clock_references(out, device.clocks, clock_phandle);
        for (const TreeProperty& one : device.properties) out.bytes(one.name.c_str(), one.value);
    });
}

// Every clock stands before the device that has it.
void write_devices(FdtWriter& out, const std::vector<TreeDevice>& devices) {
    std::uint32_t phandle = first_clock_phandle;
    for (const TreeDevice& device : devices) {
        const std::uint32_t first = phandle;
        for (const TreeClock& clock : device.clocks) write_clock(out, phandle++, clock.hz);
        write_device(out, device, first);
    }
}

}  // namespace

std::string write_cell_tree(const CellTree& tree) {
    FdtWriter out(cell_tree_room);
    out.node("", [&] {
        out.text("model", "runPHI cell on Jailhouse");
        out.text("compatible", "jailhouse,cell");
        out.cells("#address-cells", {2});
        out.cells("#size-cells", {2});
        out.cells("interrupt-parent", {gic_phandle});
        out.node("hypervisor", [&] { out.text("compatible", "jailhouse,cell"); });
        write_chosen(out, tree);
        write_memory(out, tree);
        write_cpus(out, tree.cpus);
        write_timer(out, tree);
        write_gic(out, tree.gic);
        if (tree.pci) write_pci(out, *tree.pci);
        if (tree.state) write_state(out, *tree.state);
        write_devices(out, tree.devices);
    });
    return out.finish();
}

}  // namespace runphi::jailhouse
