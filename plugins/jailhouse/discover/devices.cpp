// SPDX-License-Identifier: Apache-2.0
#include "devices.hpp"

#include <algorithm>

#include "../check/subject.hpp"

namespace runphi::jailhouse {

namespace {

// Those that Jailhouse and its inmates know (include/jailhouse/console.h).
constexpr const char* uarts[] = {"arm,pl011",
                                 "arm,sbsa-uart",
                                 "ns16550",
                                 "ns16550a",
                                 "snps,dw-apb-uart",
                                 "xlnx,xuartps",
                                 "cdns,uart-r1p8",
                                 "cdns,uart-r1p12",
                                 "fsl,imx6q-uart",
                                 "fsl,imx21-uart",
                                 "fsl,imx7ulp-lpuart",
                                 "fsl,imx8qxp-lpuart",
                                 "renesas,scif",
                                 "renesas,hscif",
                                 "renesas,scifa",
                                 "marvell,armada-3700-uart",
                                 "ti,omap3-uart",
                                 "ti,am654-uart"};

// A name on a board (schema/board.json).
constexpr std::size_t longest_device_name = 64;
constexpr const char* name_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:@/+-";

bool is_uart(const HostTree& tree, const HostNode& node) {
    const auto kinds = tree.texts(node, "compatible");
    return std::any_of(kinds.begin(), kinds.end(), [](const std::string& kind) {
        return std::any_of(std::begin(uarts), std::end(uarts),
                           [&](const char* one) { return kind == one; });
    });
}

bool is_enabled(const HostTree& tree, const HostNode& node) {
    const auto status = tree.texts(node, "status");
    return status.empty() || status.front() == "okay" || status.front() == "ok";
}

// Pages are what the hypervisor maps.
Extent pages_of(const Extent& registers) {
    const std::uint64_t end = registers.end > UINT64_MAX - page_size
                                  ? UINT64_MAX - page_size + 1
                                  : registers.end + page_size - 1;
    return {registers.first / page_size * page_size, end / page_size * page_size};
}

bool belongs_to_a_console(const Surroundings& around, const HostNode& node) {
    if (around.consoles.count(node.path) != 0) return true;
    const std::uint64_t first = node.registers.front().first;
    return first == around.system.debug_console.address ||
           first == around.system.root_cell.console.address;
}

bool touches(const std::vector<Extent>& pages, const Extent& what) {
    return std::any_of(pages.begin(), pages.end(),
                       [&](const Extent& one) { return one.overlaps(what); });
}

// Has another node, or a cell of somebody else, something in these pages? A node above is the bus
// that it is on.
bool is_shared(const Surroundings& around, const HostNode& node, const std::vector<Extent>& pages) {
    for (const HostNode& other : around.tree.nodes()) {
        const bool related = other.path == node.path || node.path.rfind(other.path + "/", 0) == 0;
        if (related) continue;
        for (const Extent& one : other.registers) {
            if (one.first < one.end && touches(pages, one)) return true;
        }
    }
    for (const Cell& cell : around.others) {
        for (const Region& region : cell.regions) {
            const bool has = region.size != 0 && !region.has(region_flag::comm_region);
            if (has && touches(pages, extent_of(region.phys_start, region.size))) return true;
        }
    }
    return false;
}

// By what is checked of a cell that has them and nothing else.
bool may_be_given(const Surroundings& around, const std::vector<Extent>& pages) {
    Cell trial;
    trial.arch = around.system.arch;
    for (const Extent& one : pages) {
        trial.regions.push_back({one.first, one.first, one.end - one.first,
                                 region_flag::read | region_flag::write | region_flag::io, 0});
    }
    const std::vector<Cell> cells{trial};
    Report report;
    check_placement({around.system, cells, around.layout, report});
    return report.take().empty();
}

bool has_for_itself(const Surroundings& around, const Numbers& interrupts) {
    const Numbers root = interrupts_of_root(around.system);
    return std::all_of(interrupts.begin(), interrupts.end(), [&](unsigned number) {
        return around.wiring.users_of(number) == 1 &&
               std::binary_search(root.begin(), root.end(), number);
    });
}

std::map<std::string, std::string> aliases_of(const HostTree& tree) {
    std::map<std::string, std::string> out;
    const HostNode* node = tree.find("/aliases");
    if (node == nullptr) return out;
    for (const std::string& name : tree.property_names(*node)) {
        const auto path = tree.texts(*node, name);
        if (!path.empty()) out.emplace(path.front(), name);
    }
    return out;
}

std::string board_name(std::string name) {
    for (std::size_t at = 0; (at = name.find_first_not_of(name_letters, at)) != name.npos;) {
        name[at] = '-';
    }
    return name.substr(0, longest_device_name);
}

std::string comment_on(const std::string& kind, const std::string& driver) {
    std::string out = kind + " of the device tree; ";
    if (driver.empty()) return out + "no driver of Linux uses it";
    return out + "no console, but Linux' driver " + driver +
           " has it: nobody may open it there while a cell has it";
}

std::optional<FoundDevice> judge(const Surroundings& around, const HostNode& node) {
    const auto driver = around.drivers.find(node.path);
    if (node.registers.empty() || driver == around.drivers.end()) return std::nullopt;
    const bool uart = is_uart(around.tree, node);
    if (!uart && !driver->second.empty()) return std::nullopt;
    if (!is_enabled(around.tree, node) || belongs_to_a_console(around, node)) return std::nullopt;
    const auto interrupts = around.wiring.interrupts_of(node);
    if (!interrupts || (interrupts->empty() && !uart)) return std::nullopt;
    std::vector<Extent> pages;
    for (const Extent& one : node.registers) {
        if (one.first >= one.end || touches(pages, pages_of(one))) return std::nullopt;
        pages.push_back(pages_of(one));
    }
    if (!has_for_itself(around, *interrupts) || is_shared(around, node, pages) ||
        !may_be_given(around, pages)) {
        return std::nullopt;
    }
    return FoundDevice{
        {}, node.path, pages, *interrupts, comment_on(uart ? "UART" : "device", driver->second)};
}

// The alias, or the last part of the path, or all of it where that is not enough.
void name_all(std::vector<FoundDevice>& devices,
              const std::map<std::string, std::string>& aliases) {
    std::map<std::string, unsigned> uses;
    for (FoundDevice& one : devices) {
        const auto alias = aliases.find(one.path);
        one.name = board_name(alias != aliases.end() ? alias->second
                                                     : one.path.substr(one.path.rfind('/') + 1));
        ++uses[one.name];
    }
    for (FoundDevice& one : devices) {
        if (uses[one.name] > 1) one.name = board_name(one.path.substr(1));
    }
    std::set<std::string> seen;
    std::erase_if(devices, [&](const FoundDevice& one) { return !seen.insert(one.name).second; });
}

bool is_printable(const std::string& path) {
    return std::all_of(path.begin(), path.end(),
                       [](char byte) { return byte > 0x20 && byte < 0x7f; });
}

}  // namespace

std::vector<FoundDevice> devices_for_cells(const Surroundings& around) {
    constexpr std::size_t longest_path = 1024;
    std::vector<FoundDevice> out;
    for (const HostNode& node : around.tree.nodes()) {
        if (node.path.size() > longest_path || !is_printable(node.path)) continue;
        if (auto device = judge(around, node)) out.push_back(std::move(*device));
    }
    name_all(out, aliases_of(around.tree));
    return out;
}

}  // namespace runphi::jailhouse
