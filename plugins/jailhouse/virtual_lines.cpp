// SPDX-License-Identifier: Apache-2.0
#include "virtual_lines.hpp"

#include <algorithm>
#include <set>

#include "driver/tree.hpp"
#include "format/limits.hpp"
#include "pins.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr unsigned lines = 4;

// Those of the board that can be had, but for what the root cell's own bus raises.
std::set<unsigned> free_interrupts(const System& system, const sdk::Json& board) {
    std::set<unsigned> out;
    if (const auto list = board.find("irqs")) {
        for (const sdk::Json& one : list->elements()) {
            const auto irq = static_cast<unsigned>(one.u64(0, UINT32_MAX));
            if (root_has_interrupt(system, irq)) out.insert(irq);
        }
    }
    for (unsigned i = 0; i < lines; ++i) {
        out.erase(first_spi_intid + system.root_cell.vpci_irq_base + i);
    }
    return out;
}

// The first interrupt of each group, from the highest on.
std::vector<unsigned> groups_of(std::set<unsigned> free) {
    std::vector<unsigned> out;
    while (free.size() >= lines) {
        const unsigned last = *free.rbegin(), first = last - (lines - 1);
        const auto begin = free.lower_bound(first);
        const bool whole = std::distance(begin, free.end()) == lines && *begin == first;
        if (whole) out.push_back(first);
        free.erase(whole ? begin : std::prev(free.end()), free.end());
    }
    return out;
}

Numbers cpus_of(const sdk::Json& board) {
    return parse_list(board.at("cpus").at("ids").string()).value_or(Numbers());
}

std::size_t place_of_cpu(const sdk::Json& board, unsigned cpu) {
    const Numbers cpus = cpus_of(board);
    const auto at = std::find(cpus.begin(), cpus.end(), cpu);
    if (at != cpus.end()) return static_cast<std::size_t>(at - cpus.begin());
    throw Error(Code::invalid, "CPU " + std::to_string(cpu) + " is not on the board");
}

// `channels` raise the group.
void require_not_granted(const sdk::Plan& plan, unsigned first, const std::string& channels) {
    for (const std::uint64_t irq : plan.irqs) {
        if (irq < first || irq >= first + lines) continue;
        throw Error(Code::invalid,
                    "interrupt " + std::to_string(irq) + " is one of those that " + channels +
                        " raise (" + std::to_string(first) + " to " +
                        std::to_string(first + lines - 1) + ")",
                    "ask for another one");
    }
}

// Can a cell be granted a channel that raises a line?
bool has_raising_channel(const System& system, const sdk::Json& board) {
    const auto channels = board.find("channels");
    if (!channels || channels->elements().empty()) return false;
    const auto& devices = system.root_cell.pci_devices;
    return std::any_of(devices.begin(), devices.end(), [&](const PciDevice& one) {
        return one.type == pci_type::ivshmem && raises_line(system, one);
    });
}

}  // namespace

bool raises_line(const System& system, const PciDevice& device) {
    return system.arch != Arch::x86 && device.num_msix_vectors == 0;
}

unsigned line_of(std::uint32_t vpci_irq_base, const PciDevice& device) {
    return first_spi_intid + vpci_irq_base + (device.bdf >> 3U) % lines;
}

std::optional<std::uint32_t> virtual_lines_for(const System& system, std::string_view board,
                                               const sdk::Plan& plan,
                                               const std::vector<const PciDevice*>& devices) {
    if (std::none_of(devices.begin(), devices.end(),
                     [&](const PciDevice* one) { return raises_line(system, *one); })) {
        return std::nullopt;
    }
    const sdk::JsonDocument document(board, "board");
    const std::vector<unsigned> groups = groups_of(free_interrupts(system, document.root()));
    const auto first_cpu = *std::min_element(plan.cpus.begin(), plan.cpus.end());
    const std::size_t place = place_of_cpu(document.root(), static_cast<unsigned>(first_cpu));
    if (place >= groups.size()) {
        throw Error(Code::no_resource,
                    "a channel raises interrupts of its cell's own: the board's \"irqs\" have " +
                        std::to_string(groups.size()) +
                        " groups of four behind each other, and the cell on CPU " +
                        std::to_string(first_cpu) + " needs number " + std::to_string(place + 1),
                    "list interrupts that nothing raises in \"irqs\" of the board file, four for "
                    "each of its CPUs");
    }
    require_not_granted(plan, groups[place], "this container's channels");
    return groups[place] - first_spi_intid;
}

void require_no_lines_of_others(const System& system, std::string_view board,
                                const sdk::Plan& plan) {
    const sdk::JsonDocument document(board, "board");
    if (plan.irqs.empty() || !has_raising_channel(system, document.root())) return;
    const std::vector<unsigned> groups = groups_of(free_interrupts(system, document.root()));
    const Numbers cpus = cpus_of(document.root());
    for (std::size_t i = 0; i < std::min(cpus.size(), groups.size()); ++i) {
        if (std::count(plan.cpus.begin(), plan.cpus.end(), cpus[i]) != 0) continue;
        require_not_granted(plan, groups[i],
                            "channels of the cell on CPU " + std::to_string(cpus[i]));
    }
}

}  // namespace runphi::jailhouse
