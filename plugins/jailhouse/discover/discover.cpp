// SPDX-License-Identifier: Apache-2.0
#include "discover.hpp"

#include <unistd.h>

#include <algorithm>
#include <runphi/sdk.hpp>

#include "../format/names.hpp"
#include "cpus.hpp"
#include "devices.hpp"
#include "interrupts.hpp"
#include "linux_use.hpp"
#include "memory.hpp"
#include "pci.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

bool is_there(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

// A board has an address, and an interrupt, once: the first that has it keeps it.
void drop_clashes(std::vector<FoundDevice>& devices) {
    std::vector<FoundDevice> out;
    const auto clash = [](const FoundDevice& a, const FoundDevice& b) {
        return std::any_of(a.registers.begin(), a.registers.end(), [&](const Extent& one) {
            return std::any_of(b.registers.begin(), b.registers.end(),
                               [&](const Extent& other) { return one.overlaps(other); });
        });
    };
    for (FoundDevice& one : devices) {
        const bool clashes = std::any_of(
            out.begin(), out.end(), [&](const FoundDevice& other) { return clash(one, other); });
        if (!clashes) out.push_back(std::move(one));
    }
    devices = std::move(out);
}

void add_devices_of_tree(Found& out, const Node& node, const LinuxFiles& machine,
                         const HostTree& tree, const std::vector<Cell>& others) {
    const Wiring wiring(tree, node.system.arm.gicd_base);
    const auto drivers = drivers_of(machine);
    const auto consoles = consoles_of(tree, machine);
    out.devices =
        devices_for_cells({node.system, node.layout, tree, wiring, drivers, consoles, others});
    out.interrupts = free_interrupts(node.system, wiring, others);
    out.comment += wiring.has_unknown()
                       ? "; interrupts: none, for the device tree does not tell which are free"
                       : "; interrupts: of the root cell's those that nothing in the device tree, "
                         "no shared memory and no other cell raises";
}

std::string console_text(const System& system) {
    const Console& console = system.debug_console;
    const std::string kind =
        console.type == 0 ? std::string("none")
                          : words(console.type, console_types) + " at " + hex(console.address);
    return "; the hypervisor's console: " + kind +
           ((system.flags & system_flag_virtual_debug_console) != 0
                ? ", which cells can write to"
                : ", which the root cell cannot read");
}

}  // namespace

Found discover(const Node& node, const Settings& settings, const std::vector<std::string>& ours) {
    const LinuxFiles machine(settings.linux_root);
    const std::vector<CellStatus> cells = node.tree.cells();
    const std::vector<Claim> claims = parse_iomem(machine.text("/proc/iomem"));
    require_hypervisor(node.system, claims);
    const Others others = others_of(node, settings, cells, ours);
    std::optional<HostTree> tree;
    if (node.system.arch != Arch::x86 && is_there(settings.machine.device_tree)) {
        tree.emplace(settings.machine.device_tree);
    }

    Found out;
    out.name = node.system.root_cell.name;
    out.comment = "found by the Jailhouse backend in " + settings.system + " (layout " +
                  std::string(to_string(node.layout)) + "), /proc/iomem and sysfs" +
                  console_text(node.system);
    const FoundCpus cpus = cpus_for_cells(node.system, cells, others, machine);
    out.cpus = cpus.cpus;
    out.cpus_comment = cpus.comment;
    out.pools = memory_for_cells(node.system, claims, others.configs, tree ? &*tree : nullptr);
    if (out.pools.empty()) {
        throw Error(Code::no_resource,
                    "Linux and the root cell's devices use all of the root cell's memory: there is "
                    "none for cells",
                    "boot it with mem= or reserved memory that leaves some out");
    }
    if (tree) add_devices_of_tree(out, node, machine, *tree, others.configs);
    for (FoundDevice& one : pci_for_cells(node.system, machine, others.configs)) {
        out.devices.push_back(std::move(one));
    }
    drop_clashes(out.devices);
    out.links = links_of(node.system, others.configs);
    return out;
}

}  // namespace runphi::jailhouse
