// SPDX-License-Identifier: Apache-2.0
#include "links.hpp"

#include <algorithm>
#include <cstdio>

namespace runphi::jailhouse {

namespace {

constexpr std::size_t fixed_regions = 2;  // state table and read-write section

bool has_end(const Cell& cell, std::uint16_t bdf, unsigned end) {
    return std::any_of(cell.pci_devices.begin(), cell.pci_devices.end(), [&](const PciDevice& one) {
        return one.type == pci_type::ivshmem && one.bdf == bdf && one.shmem_dev_id == end;
    });
}

}  // namespace

Link link_of(const PciDevice& device, const System& system, const std::vector<Cell>& others) {
    Link out{device.bdf,
             device.domain,
             device.shmem_protocol,
             device.shmem_peers,
             device.shmem_regions_start,
             0,
             {}};
    const auto& regions = system.root_cell.regions;
    for (std::size_t i = 0; i < fixed_regions + out.peers; ++i) {
        out.size += regions[out.regions_start + i].size;
    }
    for (unsigned end = 0; end < out.peers; ++end) {
        if (has_end(system.root_cell, out.bdf, end)) continue;
        const bool theirs = std::any_of(others.begin(), others.end(), [&](const Cell& cell) {
            return has_end(cell, out.bdf, end);
        });
        if (theirs) break;
        out.ends.push_back(static_cast<std::uint8_t>(end));
    }
    return out;
}

std::string channel_name(const Link& link) {
    char place[16];
    std::snprintf(place, sizeof place, "%02x:%02x.%x", link.bdf >> 8U, link.bdf >> 3U & 0x1fU,
                  link.bdf & 7U);
    return (link.protocol == protocol_veth ? "ivshmem-net-" : "ivshmem-") + std::string(place);
}

std::vector<Link> links_of(const System& system, const std::vector<Cell>& others) {
    std::vector<Link> out;
    for (const PciDevice& device : system.root_cell.pci_devices) {
        if (device.type != pci_type::ivshmem) continue;
        const std::size_t end =
            std::size_t{device.shmem_regions_start} + fixed_regions + device.shmem_peers;
        if (end <= system.root_cell.regions.size()) out.push_back(link_of(device, system, others));
    }
    return out;
}

}  // namespace runphi::jailhouse
