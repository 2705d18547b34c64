// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "../format/limits.hpp"
#include "../format/names.hpp"
#include "../format/write.hpp"
#include "subject.hpp"

// Who a cell is, how large its configuration, and whether it can be talked to and started.
namespace runphi::jailhouse {

namespace {

constexpr std::size_t largest_config = 64U << 10;  // hypervisor/control.c, NUM_TEMPORARY_PAGES

bool is_number(const std::string& name) {
    return name.find_first_not_of("0123456789") == std::string::npos;
}

void check_name(const Subject& subject, const Cell& cell, std::set<std::string>& taken) {
    const std::string& name = cell.name;
    const bool odd = std::any_of(name.begin(), name.end(),
                                 [](char letter) { return letter < ' ' || letter >= '\x7f'; });
    if (name.empty()) {
        subject.report.error(name_of(cell), "it has no name");
    } else if (name.size() > longest_cell_name) {
        subject.report.error(name_of(cell), "the name has " + std::to_string(name.size()) +
                                                " bytes; the driver cuts it to 31");
    } else if (!taken.insert(name).second) {
        subject.report.error(name_of(cell),
                             "another cell, or the root cell, has the same name (EEXIST)");
    } else if (odd) {
        subject.report.warning(name_of(cell), "the name has bytes that cannot be printed");
    } else if (is_number(name)) {
        subject.report.warning(name_of(cell),
                               "the jailhouse tool takes a name of digits for a cell's id");
    }
}

void check_arch(const Subject& subject, const Cell& cell) {
    static constexpr const char* names[] = {"x86", "arm", "arm64"};
    if (cell.arch == subject.system.arch) return;
    subject.report.error(name_of(cell),
                         std::string("it is for ") + names[static_cast<std::size_t>(cell.arch)] +
                             ", the system is " +
                             names[static_cast<std::size_t>(subject.system.arch)] +
                             ": the driver would say that it had made the cell, and make none");
}

void check_size(const Subject& subject, const Cell& cell) {
    const std::size_t size = write_cell(cell, subject.layout).size();
    if (size <= largest_config) return;
    subject.report.error(name_of(cell), "the configuration has " + std::to_string(size) +
                                            " bytes, the hypervisor takes 65536 (E2BIG)");
}

// A cell that is asked and does not answer stops the root cell for as long as the time-out, 0 for
// ever: when it is destroyed, loaded again, and whenever another cell is made.
void check_messages(const Subject& subject, const Cell& cell) {
    if ((cell.flags & cell_flag::passive_commreg) != 0) return;
    if (cell.msg_reply_timeout == 0) {
        subject.report.error(name_of(cell),
                             "neither passive-commreg nor msg_reply_timeout is set: if it does not "
                             "answer a message, the root cell hangs for ever");
        return;
    }
    for (const Region& region : cell.regions) {
        if (region.size != 0 && region.has(region_flag::comm_region)) return;
    }
    subject.report.error(name_of(cell),
                         "it has no communication region to answer messages through, and "
                         "passive-commreg is not set: each of them fails the cell");
}

void check_console(const Subject& subject, const Cell& cell) {
    constexpr std::uint32_t console =
        cell_flag::virtual_console_permitted | cell_flag::virtual_console_active;
    if ((cell.flags & console) == 0) return;
    if ((subject.system.flags & system_flag_virtual_debug_console) != 0) return;
    subject.report.warning(name_of(cell),
                           "it may write to the hypervisor's console, which the root cell cannot "
                           "read: the system has no virtual-debug-console");
}

// The CPUs begin at a cell-virtual address, where an image must be.
void check_reset(const Subject& subject, const Cell& cell) {
    if (std::all_of(cell.cpu_set.begin(), cell.cpu_set.end(),
                    [](auto byte) { return byte == 0; })) {
        return;
    }
    for (std::size_t i = 0; i < cell.regions.size(); ++i) {
        const Region& region = cell.regions[i];
        if (region.size == 0 || !virt(region).contains(cell.cpu_reset_address)) continue;
        if (!region.has(region_flag::loadable) || region.has(region_flag::comm_region)) break;
        if (!region.has(region_flag::execute)) {
            subject.report.warning(name_of(cell, i),
                                   "its CPUs begin here, and it is not executable");
        }
        return;
    }
    subject.report.error(name_of(cell), "its CPUs begin at " + hex(cell.cpu_reset_address) +
                                            ", which is in no loadable region");
}

}  // namespace

void check_identity(const Subject& subject) {
    std::set<std::string> taken{subject.root().name};
    for (const Cell& cell : subject.cells) {
        check_name(subject, cell, taken);
        check_arch(subject, cell);
        check_size(subject, cell);
        check_messages(subject, cell);
        check_console(subject, cell);
        check_reset(subject, cell);
    }
}

}  // namespace runphi::jailhouse
