// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "backend.hpp"
#include "devices.hpp"
#include "managers.hpp"
#include "node.hpp"
#include "pins.hpp"
#include "tree_facts.hpp"
#include "virtual_lines.hpp"

// DEV: registers, interrupts, PCI devices, ports, shares of the cache, and the remote processors
// that CPU has let pass. One container at a time has any of them: the core sees to that, and the
// check does again.
namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

// One branch of a variant each.
template <typename... Branches>
struct Overloaded : Branches... {
    using Branches::operator()...;
};
template <typename... Branches>
Overloaded(Branches...) -> Overloaded<Branches...>;

void require(bool held, const char* what) {
    if (!held) throw Error(Code::unsupported, what);
}

Numbers granted_interrupts(const sdk::Plan& plan, const System& system) {
    Numbers out;
    for (const std::uint64_t irq : plan.irqs) {
        if (!root_has_interrupt(system, static_cast<unsigned>(irq))) {
            throw Error(Code::invalid, "interrupt " + std::to_string(irq) +
                                           ": the root cell has none of that number to give; on a "
                                           "GIC it is the INTID, SPI + 32");
        }
        out.push_back(static_cast<unsigned>(irq));
    }
    std::sort(out.begin(), out.end());
    return out;
}

// A serial port of a PC.
std::optional<Console> console_at_ports(const Pio& range) {
    constexpr std::uint16_t bases[] = {0x3f8, 0x2f8, 0x3e8, 0x2e8}, type_8250 = 2;
    if (range.length != 8 || std::count(std::begin(bases), std::end(bases), range.base) == 0) {
        return std::nullopt;
    }
    Console out;
    out.address = range.base;
    out.type = type_8250;
    return out;
}

// Puts what one device is into what the cell gets.
class Collector {
  public:
    Collector(const Node& node, const Settings& settings) : node_(node), settings_(settings) {}

    void add(const BoardDevice& device) {
        try {
            std::visit(
                Overloaded{[](std::monostate) {},
                           [&](const TreeNode& one) { add_node(one, device); },
                           [&](const PciAddress& one) { add_pci(one); },
                           [&](const RemoteProcessor& one) { devices.rpus.push_back(one.number); },
                           [&](const Colours& one) { add_colours(one); },
                           [&](const Ports& one) { add_ports(one); }},
                device.path);
        } catch (const Error& error) {
            throw Error(error.code(), "device \"" + device.name + "\": " + error.message(),
                        error.hint());
        }
    }

    CellDevices devices;
    std::vector<const PciDevice*> pci;

  private:
    const System& system() const { return node_.system; }

    void add_node(const TreeNode& node, const BoardDevice& device) {
        const auto ids = stream_ids_of(system(), settings_.machine.device_tree, node.path);
        devices.stream_ids.insert(devices.stream_ids.end(), ids.begin(), ids.end());
        if (devices.console || device.registers.empty()) return;
        devices.console = console_at(settings_.machine.device_tree, node.path);
        if (!devices.console) return;
        devices.console->address = device.registers.front().base;
        devices.console->size = static_cast<std::uint32_t>(device.registers.front().size);
    }

    void add_pci(const PciAddress& address) {
        pci.push_back(&pci_device_of_root(system(), address));
        devices.pci.push_back(address);
        // An SMMU knows a PCI device by its address on the bus.
        for (const StreamId& one : system().root_cell.stream_ids) {
            if (one.id == address.bdf) devices.stream_ids.push_back(one.id);
        }
    }

    void add_colours(const Colours& colours) {
        if (system().arch != Arch::x86) {
            require(facts_of(node_.layout).has_colours && system().color.way_size != 0,
                    "cache colours: this machine's Jailhouse does not colour memory");
            require((std::uint64_t{colours.numbers.back()} + 1) * 4096 <= system().color.way_size,
                    "cache colours: a way of this machine's cache has not so many");
            return;  // they are the memory's
        }
        const unsigned first = colours.numbers.front();
        const auto count = static_cast<std::uint32_t>(colours.numbers.size());
        require(colours.numbers.back() - first + 1 == count,
                "shares of the cache that are not behind each other: x86 has none");
        require(devices.caches.empty(), "a second share of the cache: a cell has one on x86");
        devices.caches.push_back({first, count, 0, 0});
    }

    void add_ports(const Ports& ports) {
        require(system().arch == Arch::x86, "ports: only x86 has them");
        devices.ports.push_back(ports.range);
        if (!devices.console) devices.console = console_at_ports(ports.range);
    }

    const Node& node_;
    const Settings& settings_;
};

void add_pci(Cell& cell, const System& system, const PciAddress& address) {
    PciDevice device = pci_device_of_root(system, address);
    const auto& known = system.root_cell.capabilities;
    const std::size_t begin = device.caps_start, end = begin + device.num_caps;
    device.caps_start = static_cast<std::uint16_t>(cell.capabilities.size());
    for (std::size_t i = begin; i < end && i < known.size(); ++i) {
        cell.capabilities.push_back(known[i]);
    }
    cell.pci_devices.push_back(device);
}

}  // namespace

std::string JailhouseBackend::dev(const sdk::Host& host, const sdk::Planning& in) {
    const Settings settings = Settings::parse(host.settings());
    const Node node = Node::read(settings);
    const sdk::Plan plan(in.plan);
    Collector found(node, settings);
    for (const BoardDevice& device : granted_devices(in.board, plan)) found.add(device);
    found.devices.registers = granted_registers(plan, node.system, found.pci);
    found.devices.interrupts = granted_interrupts(plan, node.system);
    require_no_lines_of_others(node.system, in.board, plan);
    return write_devices(found.devices);
}

void add_devices(Cell& cell, const sdk::Plan& plan, const System& system) {
    const CellDevices devices = planned_devices(plan);
    cell.regions.insert(cell.regions.end(), devices.registers.begin(), devices.registers.end());
    for (const unsigned irq : devices.interrupts) add_interrupt(cell, system, irq);
    for (const PciAddress& one : devices.pci) add_pci(cell, system, one);
    for (const std::uint32_t id : devices.stream_ids) cell.stream_ids.push_back({id});
    cell.pio = devices.ports;
    cell.caches = devices.caches;
    if (!devices.rpus.empty()) cell.rcpu_set = set_of(devices.rpus);
    if (devices.console) cell.console = *devices.console;
}

}  // namespace runphi::jailhouse
