// SPDX-License-Identifier: Apache-2.0
#include "host_facts.hpp"

#include <algorithm>
#include <filesystem>
#include <runphi/sdk.hpp>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

// "arm,gic-400" and those before it; Linux' drivers/irqchip/irq-gic.c.
const std::vector<std::string> gics = {"arm,gic-v3",         "arm,gic-400",
                                       "arm,cortex-a15-gic", "arm,cortex-a7-gic",
                                       "arm,cortex-a9-gic",  "arm,gic-v2"};
// PPIs as all arm64 machines have them (SBSA), level high: secure, non-secure, virtual, hypervisor.
const std::vector<std::uint32_t> usual_timer = {1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4};
constexpr std::uint64_t gic_frame =
    0x10000;  // of a GICv3: the distributor, and each of a CPU's two
constexpr std::uint64_t gicv2_distributor = 0x1000, gicv2_cpu_interface = 0x2000;

// "/cpus/cpu@2", from the link of CPU 2.
std::string cpu_path(const std::string& folder, std::uint64_t number) {
    const std::string link = folder + "/cpu" + std::to_string(number) + "/of_node";
    std::error_code error;
    const std::string target = std::filesystem::read_symlink(link, error);
    const auto at = target.rfind("/cpus/");
    if (!error && at != std::string::npos) return target.substr(at);
    throw Error(Code::not_found, link + ": no link to the CPU's node in the machine's device tree");
}

TreeCpu cpu_of(const HostTree& host, const std::string& path) {
    const HostNode* node = host.find(path);
    const auto reg = node == nullptr ? std::nullopt : host.cells(*node, "reg");
    if (!reg || reg->empty() || reg->size() > 2) {
        throw Error(Code::invalid, "the machine's device tree: " + path +
                                       " does not say which CPU it is (\"reg\")");
    }
    std::uint64_t mpidr = 0;
    for (const std::uint32_t cell : *reg) mpidr = mpidr << 32 | cell;
    if (node->compatible.empty()) return {mpidr, {"arm,armv8"}};
    return {mpidr, node->compatible};
}

Extent extent(std::uint64_t base, std::uint64_t size) {
    return {base, base + size};
}

// Two frames a CPU, for all that Jailhouse knows; more if the host's tree says so, where a GICv4
// has four.
std::uint64_t redistributors_end(const System& system, const HostTree& host) {
    const Numbers cpus = numbers_of(system.root_cell.cpu_set);
    const std::uint64_t base = system.arm.gicr_base;
    std::uint64_t end = base + (cpus.empty() ? 1 : *cpus.rbegin() + 1) * 2 * gic_frame;
    if (const HostNode* node = gic_node(host)) {
        for (const Extent& one : node->registers) {
            if (one.first == base) end = std::max(end, one.end);
        }
    }
    const std::uint64_t ecam = system.pci_mmconfig_base;
    return ecam > base ? std::min(end, ecam) : end;
}

}  // namespace

std::vector<TreeCpu> cpus_of(const HostTree& host, const std::string& folder,
                             const Numbers& numbers) {
    std::vector<TreeCpu> out;
    for (const auto number : numbers) out.push_back(cpu_of(host, cpu_path(folder, number)));
    return out;
}

TreeTimer timer_of(const HostTree& host) {
    TreeTimer out{usual_timer, {}};
    const HostNode* node = host.compatible_with({"arm,armv8-timer"});
    if (node == nullptr) return out;
    if (const auto cells = host.cells(*node, "interrupts")) {
        const auto interrupts = gic_interrupts(host, *cells);
        if (interrupts.size() >= usual_timer.size()) {
            out.interrupts.assign(
                interrupts.begin(),
                interrupts.begin() + static_cast<std::ptrdiff_t>(usual_timer.size()));
        }
    }
    // What firmware has forgotten to set, and what Linux has to work around.
    for (const std::string& name : host.property_names(*node)) {
        const bool wanted = name == "clock-frequency" || name == "always-on" ||
                            name.find("erratum") != std::string::npos;
        if (wanted) out.properties.push_back({name, host.bytes(*node, name).value_or("")});
    }
    return out;
}

const HostNode* gic_node(const HostTree& host) {
    return host.compatible_with(gics);
}

TreeGic gic_of(const System& system, const HostTree& host) {
    const ArmPlatform& arm = system.arm;
    if (arm.gic_version == 2) {
        return {2, extent(arm.gicd_base, gicv2_distributor),
                extent(arm.gicc_base, gicv2_cpu_interface)};
    }
    if (arm.gic_version == 3) {
        return {
            3, extent(arm.gicd_base, gic_frame), {arm.gicr_base, redistributors_end(system, host)}};
    }
    throw Error(Code::invalid, "the system's configuration: GIC version " +
                                   std::to_string(arm.gic_version) + "; 2 and 3 are known");
}

std::vector<std::uint32_t> gic_interrupts(const HostTree& host,
                                          const std::vector<std::uint32_t>& cells) {
    const HostNode* gic = gic_node(host);
    const std::uint32_t each = gic == nullptr ? 3 : host.cell(*gic, "#interrupt-cells").value_or(3);
    std::vector<std::uint32_t> out;
    if (each < 3) return out;
    for (std::size_t at = 0; at + each <= cells.size(); at += each) {
        for (std::size_t i = 0; i < 3; ++i) out.push_back(cells[at + i]);
    }
    return out;
}

}  // namespace runphi::jailhouse
