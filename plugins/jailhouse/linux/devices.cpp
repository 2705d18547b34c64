// SPDX-License-Identifier: Apache-2.0
#include "devices.hpp"

#include <algorithm>
#include <runphi/sdk.hpp>
#include <string_view>

#include "../format/limits.hpp"
#include "../format/names.hpp"
#include "host_facts.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

// Properties that mean the same in another tree, because they name no other node. Those of a
// vendor's own may; without a value, they cannot.
constexpr std::string_view self_contained[] = {"compatible",
                                               "reg-names",
                                               "interrupt-names",
                                               "clock-frequency",
                                               "reg-shift",
                                               "reg-io-width",
                                               "reg-offset",
                                               "current-speed",
                                               "fifo-size",
                                               "tx-fifo-depth",
                                               "rx-fifo-depth",
                                               "timer-width",
                                               "bus-width",
                                               "max-frequency",
                                               "phy-mode",
                                               "max-speed",
                                               "mac-address",
                                               "local-mac-address",
                                               "arm,primecell-periphid",
                                               "#gpio-cells",
                                               "#interrupt-cells",
                                               "ngpios",
                                               "num-cs",
                                               "is-decoded-cs"};
// Without a value too, but about what the cell's tree has not got.
constexpr std::string_view left_out[] = {"ranges", "dma-ranges"};

bool is_in(std::string_view name, const auto& list) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

// Where the cell has these registers of the machine; nullopt if it has not got them all.
std::optional<Extent> in_cell(const Cell& cell, const Extent& registers) {
    for (const Region& one : cell.regions) {
        if (!one.has(region_flag::io) || registers.first < one.phys_start) continue;
        const std::uint64_t offset = registers.first - one.phys_start;
        const std::uint64_t size = registers.end - registers.first;
        if (offset >= one.size || size > one.size - offset) continue;
        return Extent{one.virt_start + offset, one.virt_start + offset + size};
    }
    return std::nullopt;
}

// Empty unless the cell has all of them.
std::vector<Extent> registers_in_cell(const Cell& cell, const HostNode& node) {
    std::vector<Extent> out;
    for (const Extent& one : node.registers) {
        const auto here = in_cell(cell, one);
        if (!here) return {};
        out.push_back(*here);
    }
    return out;
}

bool has_interrupt(const Cell& cell, std::uint32_t intid) {
    for (const Irqchip& chip : cell.irqchips) {
        const std::uint32_t pin = intid - chip.pin_base;
        if (intid >= chip.pin_base && pin < 128 && (chip.pin_bitmap[pin / 32] >> pin % 32 & 1) != 0)
            return true;
    }
    return false;
}

Error unusable(const HostNode& node, const std::string& why, const std::string& hint) {
    return Error(Code::unsupported, "device " + node.path + ": " + why, hint);
}

std::vector<std::uint32_t> interrupts_of(const Cell& cell, const HostTree& host,
                                         const HostNode& node) {
    const auto cells = host.cells(node, "interrupts");
    if (!cells) {
        if (!host.bytes(node, "interrupts-extended")) return {};
        throw unusable(node, "its interrupts go to several controllers",
                       "a Linux cell cannot have it");
    }
    const HostNode* parent = host.interrupt_parent(node);
    if (parent == nullptr || parent != gic_node(host)) {
        throw unusable(node, "its interrupts do not go to the GIC", "a Linux cell cannot have it");
    }
    auto out = gic_interrupts(host, *cells);
    for (std::size_t at = 0; at < out.size(); at += 3) {
        constexpr std::uint32_t spi = 0;
        const std::uint32_t intid = out[at + 1] + first_spi_intid;
        if (out[at] != spi || has_interrupt(cell, intid)) continue;
        throw unusable(node, "the container has not got its interrupt " + std::to_string(intid),
                       "the device's \"irqs\" in the board file must name it");
    }
    return out;
}

// Linux knows the rates of a machine's clocks from drivers that a cell has not got. What a tree
// alone tells are those that do not change.
std::optional<std::uint32_t> rate_of(const HostTree& host, const HostNode& clock) {
    if (!is_in("fixed-clock", clock.compatible)) return std::nullopt;
    return host.cell(clock, "clock-frequency");
}

std::vector<TreeClock> clocks_of(const HostTree& host, const HostNode& node,
                                 std::optional<std::uint32_t> told) {
    const auto cells = host.cells(node, "clocks");
    if (!cells) return {};
    const auto names = host.texts(node, "clock-names");
    std::vector<TreeClock> out;
    for (std::size_t at = 0; at < cells->size();) {
        const HostNode* clock = host.by_phandle((*cells)[at]);
        if (clock == nullptr) throw unusable(node, "one of its clocks is nowhere", "");
        const auto hz = told ? told : rate_of(host, *clock);
        if (!hz) {
            throw unusable(node, "how fast its clock " + clock->path + " runs is not known",
                           "\"clocks\" in backend_settings.jailhouse of runphi.json can tell, in "
                           "Hz: {\"" +
                               node.path + "\": 100000000}");
        }
        out.push_back({out.size() < names.size() ? names[out.size()] : "", *hz});
        at += 1 + host.cell(*clock, "#clock-cells").value_or(0);
    }
    return out;
}

std::vector<TreeProperty> properties_of(const HostTree& host, const HostNode& node) {
    std::vector<TreeProperty> out;
    for (const std::string& name : host.property_names(node)) {
        const std::string value = host.bytes(node, name).value_or("");
        if (is_in(name, left_out) || !(value.empty() || is_in(name, self_contained))) continue;
        out.push_back({name, value});
    }
    return out;
}

std::string plain_name(const std::string& path) {
    const std::string name = path.substr(path.rfind('/') + 1);
    return name.substr(0, name.find('@'));
}

bool is_below(const std::string& path, const std::string& other) {
    return path.size() > other.size() && path.compare(0, other.size(), other) == 0 &&
           path[other.size()] == '/';
}

struct SerialPort {
    std::string_view compatible, tty;
};
constexpr SerialPort serial_ports[] = {{"arm,pl011", "ttyAMA"},
                                       {"arm,sbsa-uart", "ttyAMA"},
                                       {"cdns,uart-r1p12", "ttyPS"},
                                       {"cdns,uart-r1p8", "ttyPS"},
                                       {"xlnx,xuartps", "ttyPS"},
                                       {"ns16550a", "ttyS"},
                                       {"ns16550", "ttyS"},
                                       {"snps,dw-apb-uart", "ttyS"},
                                       {"brcm,bcm2835-aux-uart", "ttyS"},
                                       {"nvidia,tegra20-uart", "ttyS"},
                                       {"ti,am654-uart", "ttyS"},
                                       {"fsl,imx6q-uart", "ttymxc"},
                                       {"fsl,imx21-uart", "ttymxc"},
                                       {"fsl,vf610-lpuart", "ttyLP"},
                                       {"fsl,ls1021a-lpuart", "ttyLP"},
                                       {"marvell,armada-3700-uart", "ttyMV"}};

std::string tty_of(const TreeDevice& device) {
    for (const TreeProperty& one : device.properties) {
        if (one.name != "compatible") continue;
        // Its strings with their NULs: no string is the end of another one by chance.
        const std::string all = '\0' + one.value;
        for (const SerialPort& port : serial_ports) {
            const std::string word = '\0' + std::string(port.compatible) + '\0';
            if (all.find(word) != std::string::npos) return std::string(port.tty) + "0";
        }
    }
    return {};
}

}  // namespace

std::vector<TreeDevice> devices_of(const Cell& cell, const HostTree& host,
                                   const std::map<std::string, std::uint32_t>& clocks) {
    std::vector<TreeDevice> out;
    std::string last = "//";
    for (const HostNode& node : host.nodes()) {
        // What is inside of a device that is taken comes with it, or not at all.
        if (node.registers.empty() || node.compatible.empty() || is_below(node.path, last))
            continue;
        const std::vector<Extent> registers = registers_in_cell(cell, node);
        if (registers.empty()) continue;
        const auto told = clocks.find(node.path);
        out.push_back({plain_name(node.path), registers, interrupts_of(cell, host, node),
                       clocks_of(host, node,
                                 told == clocks.end() ? std::nullopt : std::optional(told->second)),
                       properties_of(host, node)});
        last = node.path;
    }
    return out;
}

std::optional<ConsoleDevice> console_of(const std::vector<TreeDevice>& devices) {
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const std::string tty = tty_of(devices[i]);
        if (!tty.empty()) return ConsoleDevice{i, tty};
    }
    return std::nullopt;
}

}  // namespace runphi::jailhouse
