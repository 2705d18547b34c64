// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "subject.hpp"

// Memory of one cell that another one has, too, or that is shared memory of the root cell.
namespace runphi::jailhouse {

namespace {

// Shared because both say so, or apart because their cache colours are.
bool may_overlap(const Region& a, const Region& b) {
    const auto shared = region_flag::rootshared;
    return (a.has(shared) && b.has(shared)) || have_different_colours(a, b);
}

void check_pair(const Subject& subject, const Cell& cell, const Cell& other) {
    for (std::size_t i = 0; i < cell.regions.size(); ++i) {
        const Region& region = cell.regions[i];
        if (!is_backed(region)) continue;
        for (std::size_t j = 0; j < other.regions.size(); ++j) {
            const Region& theirs = other.regions[j];
            if (!is_backed(theirs) ||
                !phys(region, subject.system).overlaps(phys(theirs, subject.system)))
                continue;
            if (may_overlap(region, theirs)) continue;
            subject.report.error(name_of(cell, i),
                                 name_of(other, j) + " has it, too, and not both are rootshared");
        }
    }
}

// The regions behind the root cell's shared memory devices.
std::set<std::size_t> shared_regions(const Cell& root) {
    std::set<std::size_t> out;
    for (const PciDevice& device : root.pci_devices) {
        if (device.type != pci_type::ivshmem) continue;
        const std::size_t end = std::size_t{device.shmem_regions_start} + 2 + device.shmem_peers;
        for (std::size_t i = device.shmem_regions_start; i < end && i < root.regions.size(); ++i) {
            if (root.regions[i].size != 0) out.insert(i);
        }
    }
    return out;
}

void check_root_links(const Subject& subject, const Cell& cell,
                      const std::set<std::size_t>& shared) {
    for (std::size_t i = 0; i < cell.regions.size(); ++i) {
        const Region& region = cell.regions[i];
        if (!is_backed(region) || region.has(region_flag::rootshared)) continue;
        for (const std::size_t j : shared) {
            const Span link = phys(subject.root().regions[j], subject.system);
            if (!phys(region, subject.system).overlaps(link)) continue;
            subject.report.error(
                name_of(cell, i),
                "takes shared memory (ivshmem) away from the root cell, " + to_string(link));
            break;
        }
    }
}

}  // namespace

void check_sharing(const Subject& subject) {
    const std::set<std::size_t> shared = shared_regions(subject.root());
    for (std::size_t i = 0; i < subject.cells.size(); ++i) {
        check_root_links(subject, subject.cells[i], shared);
        for (std::size_t j = 0; j < i; ++j) check_pair(subject, subject.cells[i], subject.cells[j]);
    }
}

}  // namespace runphi::jailhouse
