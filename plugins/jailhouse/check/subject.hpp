// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "check.hpp"

// What the parts of the check have in common.
namespace runphi::jailhouse {

inline constexpr std::uint64_t page_size = 4096;
inline constexpr std::uint64_t access_widths =
    region_flag::io_8 | region_flag::io_16 | region_flag::io_32 | region_flag::io_64;

class Report {
  public:
    void error(std::string where, std::string what);
    void warning(std::string where, std::string what);
    std::vector<Finding> take();

  private:
    std::vector<Finding> errors_, warnings_;
    std::size_t left_out_ = 0;
};

struct Subject {
    const System& system;
    const std::vector<Cell>& cells;
    Layout layout;
    Report& report;

    const Cell& root() const { return system.root_cell; }
};

// Addresses from the first to the last one.
struct Span {
    std::uint64_t first = 0, last = 0;

    bool overlaps(const Span& other) const { return first <= other.last && other.first <= last; }
    bool contains(std::uint64_t address) const { return first <= address && address <= last; }
};
// Of a size that is not 0. One that goes past 2^64 ends there.
Span span_of(std::uint64_t base, std::uint64_t size);
std::string to_string(const Span& span);  // "0x7000-0x7fff"

// Of a coloured region the whole of the memory over which its pages are strewn.
Span phys(const Region& region, const System& system);
inline Span virt(const Region& region) {
    return span_of(region.virt_start, region.size);
}
// Is it memory of the machine at phys_start? An empty one is none, and the hypervisor supplies the
// communication region itself.
inline bool is_backed(const Region& region) {
    return region.size != 0 && !region.has(region_flag::comm_region);
}

// Memory, or registers: of a device, or part of a page of them.
bool is_memory(const Region& region);
// Are two coloured regions apart because no colour is both's?
bool have_different_colours(const Region& a, const Region& b);

std::string name_of(const Cell& cell);  // cell "a", with what is no text escaped
std::string name_of(const Cell& cell, std::size_t region);
std::string place_of(const PciDevice& device);  // "1:00:02.0"

// The interrupts that the cell owns: those of chips at the distributor.
std::vector<unsigned> pins_of(const Subject& subject, const Cell& cell);
// The interrupts that its shared memory devices raise; arm and arm64 only.
std::vector<unsigned> vpci_irqs_of(const Cell& cell);

// The parts, a file each.
void check_system(const Subject& subject);
void check_identity(const Subject& subject);
void check_cpus(const Subject& subject);
void check_regions(const Subject& subject);
void check_placement(const Subject& subject);
void check_sharing(const Subject& subject);
void check_interrupts(const Subject& subject);
void check_pci(const Subject& subject);
void check_ivshmem(const Subject& subject);
void check_ports(const Subject& subject);

}  // namespace runphi::jailhouse
