// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "subject.hpp"

// PCI devices of the machine, their capabilities, and stream ids.
namespace runphi::jailhouse {

namespace {

using Address = std::pair<std::uint16_t, std::uint16_t>;  // domain, bdf

Address address_of(const PciDevice& device) {
    return {device.domain, device.bdf};
}

std::string where_is(const Cell& cell, const PciDevice& device) {
    return name_of(cell) + ", PCI device " + place_of(device);
}

void check_capabilities(const Subject& subject, const Cell& cell, const PciDevice& device) {
    const std::size_t end = std::size_t{device.caps_start} + device.num_caps;
    if (end > cell.capabilities.size()) {
        subject.report.error(where_is(cell, device),
                             "capabilities up to number " + std::to_string(end - 1) +
                                 ", and there are " + std::to_string(cell.capabilities.size()));
        return;
    }
    for (std::size_t i = device.caps_start; i < end; ++i) {
        const Capability& one = cell.capabilities[i];
        const unsigned space = (one.id & 0x8000U) != 0 ? 4096 : 256;
        if (std::uint32_t{one.start} + one.len > space) {
            subject.report.error(
                where_is(cell, device),
                "capability " + std::to_string(i) + " ends behind the configuration space");
        }
    }
}

void check_device(const Subject& subject, const Cell& cell, const PciDevice& device) {
    if (device.type < pci_type::device || device.type > pci_type::ivshmem) {
        subject.report.error(where_is(cell, device),
                             "type " + std::to_string(device.type) + " is none");
        return;
    }
    if (device.type == pci_type::ivshmem) return;
    check_capabilities(subject, cell, device);
    if (device.iommu >= subject.system.iommu_units.size()) {
        subject.report.error(where_is(cell, device),
                             "IOMMU " + std::to_string(device.iommu) + "; a system has at most 8");
    }
    if ((device.bdf >> 8U) > subject.system.pci_mmconfig_end_bus) {
        subject.report.error(
            where_is(cell, device),
            "the system's last bus is " + std::to_string(subject.system.pci_mmconfig_end_bus));
    }
    const auto& roots = subject.root().pci_devices;
    const bool known = std::any_of(roots.begin(), roots.end(), [&](const PciDevice& one) {
        return address_of(one) == address_of(device);
    });
    if (!known) {
        subject.report.warning(where_is(cell, device),
                               "the root cell has not got it, and does not get it back");
    }
}

void check_owners(const Subject& subject) {
    std::map<Address, const Cell*> owners;
    for (const Cell& cell : subject.cells) {
        std::map<Address, bool> own;
        for (const PciDevice& device : cell.pci_devices) {
            if (!own.emplace(address_of(device), true).second) {
                subject.report.error(where_is(cell, device), "the cell has two at this address");
            } else if (device.type != pci_type::ivshmem) {
                const auto [at, fresh] = owners.emplace(address_of(device), &cell);
                if (!fresh) {
                    subject.report.error(where_is(cell, device),
                                         name_of(*at->second) + " has it, too");
                }
            }
        }
    }
}

void check_stream_ids(const Subject& subject) {
    std::map<std::uint32_t, const Cell*> owners;
    for (const Cell& cell : subject.cells) {
        for (const StreamId& stream : cell.stream_ids) {
            const auto [at, fresh] = owners.emplace(stream.id, &cell);
            if (fresh || at->second == &cell) continue;
            subject.report.error(name_of(cell), "stream id " + std::to_string(stream.id) + ": " +
                                                    name_of(*at->second) + " has it, too");
        }
    }
}

}  // namespace

std::string place_of(const PciDevice& device) {
    char text[32];
    std::snprintf(text, sizeof text, "%x:%02x:%02x.%x", static_cast<unsigned>(device.domain),
                  static_cast<unsigned>(device.bdf) >> 8U,
                  static_cast<unsigned>(device.bdf) >> 3U & 0x1fU,
                  static_cast<unsigned>(device.bdf) & 7U);
    return text;
}

void check_pci(const Subject& subject) {
    for (const Cell& cell : subject.cells) {
        for (const PciDevice& device : cell.pci_devices) check_device(subject, cell, device);
    }
    check_owners(subject);
    check_stream_ids(subject);
}

}  // namespace runphi::jailhouse
