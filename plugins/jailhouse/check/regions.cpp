// SPDX-License-Identifier: Apache-2.0
#include "../format/names.hpp"
#include "subject.hpp"

// The memory regions of one cell, by themselves.
namespace runphi::jailhouse {

namespace {

constexpr std::uint64_t known_flags = 0x1ff | region_flag::io_unaligned | access_widths;
constexpr std::uint64_t colour_flags = region_flag::colored | region_flag::colored_no_copy;

bool past_the_end(std::uint64_t base, std::uint64_t size) {
    return base + (size - 1) < base;
}

// The hypervisor maps whole pages. What is no whole page in the cell's addresses it emulates,
// access by access.
void check_alignment(const Subject& subject, const Cell& cell, std::size_t index) {
    const Region& region = cell.regions[index];
    const std::string where = name_of(cell, index);
    const bool whole = region.virt_start % page_size == 0 && region.size % page_size == 0;
    if (whole && region.phys_start % page_size != 0 && is_backed(region)) {
        subject.report.error(where, "phys_start " + hex(region.phys_start) +
                                        " is not at the beginning of a page (4 KiB)");
    }
    if (whole) return;
    if (is_memory(region)) {
        subject.report.error(where, "memory in part of a page: virt_start " +
                                        hex(region.virt_start) + " and size " + hex(region.size) +
                                        " must be multiples of 4 KiB");
    } else if ((region.flags & access_widths) == 0) {
        subject.report.error(where,
                             "registers in part of a page without an access width (io-8 to io-64): "
                             "every access fails the cell");
    }
}

void check_flags(const Subject& subject, const Cell& cell, std::size_t index) {
    const Region& region = cell.regions[index];
    const std::string where = name_of(cell, index);
    const bool colours = facts_of(subject.layout).has_colours;
    const std::uint64_t unknown = region.flags & ~(known_flags | (colours ? colour_flags : 0));
    if (unknown != 0) {
        subject.report.warning(where, "flags " + hex(unknown) + " mean nothing in the layout " +
                                          std::string(to_string(subject.layout)));
    }
    if (region.has(region_flag::loadable) && !region.has(region_flag::write)) {
        subject.report.warning(
            where, "loadable but not writable: the driver loads nothing into it (EINVAL)");
    }
    if (region.has(region_flag::colored) && colours && region.colors == 0) {
        subject.report.error(where, "colored, and has no colour");
    }
}

// It is one page, which the hypervisor keeps in front of its own data on the cell.
void check_comm_region(const Subject& subject, const Cell& cell, std::size_t index) {
    const Region& region = cell.regions[index];
    if (!region.has(region_flag::comm_region)) return;
    const std::string where = name_of(cell, index);
    if (region.size != page_size) {
        subject.report.error(where, "the communication region has " + hex(region.size) +
                                        " bytes; it is one page, and behind it the cell would get "
                                        "the hypervisor's own data");
    }
    if ((region.flags & (region_flag::loadable | region_flag::rootshared | region_flag::io)) != 0) {
        subject.report.error(where, "a communication region cannot be loadable, rootshared or io");
    }
}

void check_end(const Subject& subject, const Cell& cell, std::size_t index) {
    const Region& region = cell.regions[index];
    if (past_the_end(region.virt_start, region.size) ||
        (is_backed(region) && past_the_end(region.phys_start, region.size))) {
        subject.report.error(name_of(cell, index),
                             "size " + hex(region.size) + " goes past the end of all addresses");
    }
}

void check_overlaps(const Subject& subject, const Cell& cell, std::size_t index) {
    const System& system = subject.system;
    const Region& region = cell.regions[index];
    for (std::size_t i = 0; i < index; ++i) {
        const Region& other = cell.regions[i];
        if (other.size == 0) continue;
        const std::string which = "memory region " + std::to_string(i);
        if (virt(region).overlaps(virt(other))) {
            subject.report.error(name_of(cell, index),
                                 "in the cell, at " + to_string(virt(region)) + ", it lies over " +
                                     which + " at " + to_string(virt(other)));
        }
        if (!is_backed(region) || !is_backed(other) ||
            !phys(region, system).overlaps(phys(other, system)))
            continue;
        if (have_different_colours(region, other)) continue;
        subject.report.error(name_of(cell, index), "the same memory as " + which + " (" +
                                                       to_string(phys(other, system)) + ")");
    }
}

}  // namespace

void check_regions(const Subject& subject) {
    for (const Cell& cell : subject.cells) {
        std::size_t comm_regions = 0;
        for (std::size_t i = 0; i < cell.regions.size(); ++i) {
            if (cell.regions[i].size == 0) continue;
            check_alignment(subject, cell, i);
            check_flags(subject, cell, i);
            check_comm_region(subject, cell, i);
            check_end(subject, cell, i);
            check_overlaps(subject, cell, i);
            if (cell.regions[i].has(region_flag::comm_region)) ++comm_regions;
        }
        if (comm_regions > 1) {
            subject.report.warning(
                name_of(cell),
                std::to_string(comm_regions) + " communication regions: all are the same page");
        }
    }
}

}  // namespace runphi::jailhouse
