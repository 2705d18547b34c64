// SPDX-License-Identifier: Apache-2.0
#include "links.hpp"

#include <algorithm>
#include <charconv>

#include "discover/links.hpp"
#include "pins.hpp"
#include "virtual_lines.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::size_t fixed_regions = 2;  // state table and read-write section, before the outputs
constexpr std::size_t place_length = 7;   // "00:01.0"

// "00:01.0", at the end of the name of a channel.
std::optional<std::uint16_t> place_at_end(const std::string& channel) {
    if (channel.size() < place_length) return std::nullopt;
    const std::string text = channel.substr(channel.size() - place_length);
    if (text[2] != ':' || text[5] != '.') return std::nullopt;
    unsigned parts[3] = {};
    const std::size_t begins[] = {0, 3, 6}, ends[] = {2, 5, 7};
    for (std::size_t i = 0; i < 3; ++i) {
        const char* end = text.data() + ends[i];
        const auto read = std::from_chars(text.data() + begins[i], end, parts[i], 16);
        if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    }
    if (parts[1] > 0x1f || parts[2] > 7) return std::nullopt;
    return static_cast<std::uint16_t>(parts[0] << 8 | parts[1] << 3 | parts[2]);
}

bool is_whole(const System& system, const PciDevice& device) {
    const std::size_t end =
        std::size_t{device.shmem_regions_start} + fixed_regions + device.shmem_peers;
    return end <= system.root_cell.regions.size();
}

std::uint8_t end_of(const Link& link, const sdk::ChannelGrant& grant) {
    if (grant.peer < link.ends.size()) return link.ends[grant.peer];
    const std::string left = std::to_string(link.ends.size());
    throw Error(Code::invalid,
                "channel \"" + grant.name + "\": end " + std::to_string(grant.peer) +
                    " was granted, and of the link's " + std::to_string(link.peers) + " ends " +
                    left + " can be had: one is the root cell's, and those from the first on " +
                    "that a cell of somebody else's has are not given out",
                link.ends.empty() ? "take the channel out of the board file"
                                  : "\"peers\" of the channel in the board file must be " + left);
}

// The state table is the hypervisor's to write, the read-write section everybody's, and an output
// section its own end's.
Region region_for(const Region& root, std::size_t index, std::uint8_t end) {
    using namespace region_flag;
    Region out = root;
    if (out.size == 0) return {};
    const bool writes = index == 1 || index == fixed_regions + end;
    out.flags = read | rootshared | (writes ? write : 0) | (root.flags & no_hugepages);
    return out;
}

void add_link(Cell& cell, const System& system, const LinkEnd& link) {
    const PciDevice& root = link_of_channel(system, link.channel);
    PciDevice device = root;
    device.shmem_dev_id = link.end;
    device.shmem_regions_start = static_cast<std::uint32_t>(cell.regions.size());
    device.caps_start = device.num_caps = 0;
    for (std::size_t i = 0; i < fixed_regions + root.shmem_peers; ++i) {
        const Region& region = system.root_cell.regions[root.shmem_regions_start + i];
        cell.regions.push_back(region_for(region, i, link.end));
    }
    cell.pci_devices.push_back(device);
    if (raises_line(system, device))
        add_interrupt(cell, system, line_of(cell.vpci_irq_base, device));
}

}  // namespace

const PciDevice& link_of_channel(const System& system, const std::string& channel) {
    const auto bdf = place_at_end(channel);
    for (const PciDevice& one : system.root_cell.pci_devices) {
        if (one.type == pci_type::ivshmem && bdf == one.bdf && is_whole(system, one)) return one;
    }
    throw Error(Code::invalid,
                "channel \"" + channel + "\": " +
                    (bdf ? "the root cell of the system configuration has no shared memory there"
                         : "the name does not end with a place on the virtual bus"),
                "call it after the root cell's device: ivshmem-00:01.0 is the one with bdf 1 << 3");
}

Links plan_links(const System& system, const std::vector<Cell>& others, std::string_view board,
                 const sdk::Plan& plan, bool veth) {
    Links out;
    std::vector<const PciDevice*> devices;
    for (const sdk::ChannelGrant& grant : plan.channels) {
        const PciDevice& device = link_of_channel(system, grant.name);
        devices.push_back(&device);
        if ((device.shmem_protocol == protocol_veth) != veth) continue;
        out.ends.push_back(
            {grant.name, device.bdf, end_of(link_of(device, system, others), grant)});
    }
    // Of all links, so that NET and COMM find the same.
    if (!out.ends.empty()) out.vpci_irq_base = virtual_lines_for(system, board, plan, devices);
    return out;
}

std::string write_links(const Links& links) {
    if (links.ends.empty()) return {};
    sdk::JsonWriter part;
    part.object().array("links");
    for (const LinkEnd& one : links.ends) {
        part.object()
            .field("channel", one.channel)
            .field("bdf", one.bdf)
            .field("end", one.end)
            .end_object();
    }
    part.end_array();
    if (links.vpci_irq_base) part.field("vpci_irq_base", *links.vpci_irq_base);
    return part.end_object().text();
}

void add_links(Cell& cell, const sdk::Plan& plan, const System& system, std::string_view stage) {
    const auto part = plan.part(stage);
    if (!part) return;
    if (const auto base = part->find("vpci_irq_base")) {
        cell.vpci_irq_base = static_cast<std::uint32_t>(base->u64(0, UINT32_MAX));
    }
    for (const sdk::Json& one : part->at("links").elements()) {
        add_link(
            cell, system,
            {one.at("channel").string(), static_cast<std::uint16_t>(one.at("bdf").u64(0, 0xffff)),
             static_cast<std::uint8_t>(one.at("end").u64(0, 0xff))});
    }
}

}  // namespace runphi::jailhouse
