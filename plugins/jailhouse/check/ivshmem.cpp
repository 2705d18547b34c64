// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "subject.hpp"

// Shared memory devices. Ends of a link find each other by the address on the bus, whatever the
// domain (hypervisor/ivshmem.c).
namespace runphi::jailhouse {

namespace {

constexpr unsigned most_peers = 12, most_vectors = 16;
constexpr std::size_t fixed_regions = 2;  // state table and read-write section, before the outputs

struct End {
    const Cell& cell;
    const PciDevice& device;

    std::string where() const { return name_of(cell) + ", shared memory " + place_of(device); }
    std::size_t regions() const { return fixed_regions + device.shmem_peers; }
    const Region& region(std::size_t index) const {
        return cell.regions[device.shmem_regions_start + index];
    }
};

bool is_whole(const End& end) {
    return end.device.shmem_regions_start + end.regions() <= end.cell.regions.size();
}

void check_end(const Subject& subject, const End& end) {
    const PciDevice& device = end.device;
    if (!is_whole(end)) {
        subject.report.error(
            end.where(),
            "it needs the memory regions " + std::to_string(device.shmem_regions_start) + " to " +
                std::to_string(device.shmem_regions_start + end.regions() - 1) +
                ", and there are " + std::to_string(end.cell.regions.size()) + " (EINVAL)");
    }
    if (device.shmem_peers > most_peers || device.shmem_dev_id >= device.shmem_peers) {
        subject.report.error(end.where(), "number " + std::to_string(device.shmem_dev_id) + " of " +
                                              std::to_string(device.shmem_peers) +
                                              " peers; they count from 0, and are at most 12");
    }
    if (device.num_msix_vectors > most_vectors) {
        subject.report.error(end.where(), std::to_string(device.num_msix_vectors) +
                                              " MSI-X vectors, at most 16 (EINVAL)");
    }
    if (device.bar_mask[0] == 0) {
        subject.report.error(end.where(), "bar_mask[0] is 0: its registers cannot be reached");
    }
}

// The state table is the hypervisor's to write, and an output section its own peer's.
void check_rights(const Subject& subject, const End& end) {
    if (!is_whole(end)) return;
    for (std::size_t i = 0; i < end.regions(); ++i) {
        const Region& region = end.region(i);
        if (region.size == 0) continue;
        const std::string which =
            "memory region " + std::to_string(end.device.shmem_regions_start + i);
        const std::size_t peer = i - fixed_regions;
        const bool own = i >= fixed_regions && peer == end.device.shmem_dev_id;
        if (!region.has(region_flag::rootshared)) {
            subject.report.error(end.where(), which + " is not rootshared");
        }
        if (i == 0 && region.has(region_flag::write)) {
            subject.report.error(end.where(), which + " is its state table, and writable");
        }
        if (i >= fixed_regions && !own && region.has(region_flag::write)) {
            subject.report.error(end.where(), which + " is the output of peer " +
                                                  std::to_string(peer) + ", and writable");
        }
        if (own && !region.has(region_flag::write)) {
            subject.report.warning(end.where(), which + " is its own output, and not writable");
        }
    }
}

void check_pair(const Subject& subject, const End& end, const End& other) {
    if (end.device.bdf != other.device.bdf) return;
    if (end.device.shmem_dev_id == other.device.shmem_dev_id) {
        subject.report.error(end.where(), "number " + std::to_string(end.device.shmem_dev_id) +
                                              " is taken by " + name_of(other.cell) + " (EBUSY)");
    }
    if (end.device.shmem_peers != other.device.shmem_peers) {
        subject.report.error(end.where(), std::to_string(end.device.shmem_peers) + " peers, and " +
                                              std::to_string(other.device.shmem_peers) + " for " +
                                              name_of(other.cell));
        return;
    }
    if (end.device.shmem_protocol != other.device.shmem_protocol) {
        subject.report.warning(end.where(), "another protocol than for " + name_of(other.cell));
    }
    if (!is_whole(end) || !is_whole(other)) return;
    for (std::size_t i = 0; i < end.regions(); ++i) {
        const Region &mine = end.region(i), &theirs = other.region(i);
        if (mine.size == theirs.size && (mine.size == 0 || mine.phys_start == theirs.phys_start)) {
            continue;
        }
        subject.report.error(end.where(),
                             "memory region " + std::to_string(end.device.shmem_regions_start + i) +
                                 " is not the same memory as for " + name_of(other.cell));
    }
}

std::vector<End> ends_of(const Cell& cell) {
    std::vector<End> out;
    for (const PciDevice& device : cell.pci_devices) {
        if (device.type == pci_type::ivshmem) out.push_back({cell, device});
    }
    return out;
}

}  // namespace

void check_ivshmem(const Subject& subject) {
    std::vector<End> known = ends_of(subject.root());
    for (const Cell& cell : subject.cells) {
        for (const End& end : ends_of(cell)) {
            check_end(subject, end);
            check_rights(subject, end);
            for (const End& other : known) {
                if (&other.cell != &cell) check_pair(subject, end, other);
            }
            known.push_back(end);
        }
    }
}

}  // namespace runphi::jailhouse
