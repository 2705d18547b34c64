// SPDX-License-Identifier: Apache-2.0
#include "design.hpp"

#include "check/check.hpp"
#include "format/names.hpp"
#include "format/number_set.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::uint64_t page = 4096;
// Where inmates look for it (inmates/lib/arm-common/include/inmate.h; x86 has it at 1 MiB).
constexpr std::uint64_t comm_region_arm = 0x80000000, comm_region_x86 = 0x100000;

void add_regions(Cell& cell, const CellMemory& memory) {
    constexpr std::uint64_t rights = region_flag::read | region_flag::write;
    cell.regions.push_back({memory.phys, memory.virt, memory.size,
                            rights | region_flag::execute | region_flag::loadable, 0});
    const std::uint64_t comm = cell.arch == Arch::x86 ? comm_region_x86 : comm_region_arm;
    const bool free = comm + page <= memory.virt || comm >= memory.virt + memory.size;
    if (!free) return;
    cell.regions.push_back({0, comm, page, rights | region_flag::comm_region, 0});
}

}  // namespace

CellMemory memory_of(const sdk::Plan& plan, const Inmate& inmate) {
    if (plan.memory.size() != 1) {
        throw Error(Code::invalid, "plan.grant.memory: " + std::to_string(plan.memory.size()) +
                                       " regions; a cell gets its memory in one");
    }
    const sdk::Region& grant = plan.memory.front();
    const CellMemory out{grant.base, grant.size, inmate.segments.front().target / page * page};
    const Segment& last = inmate.segments.back();
    const std::uint64_t needed = last.target + last.size - out.virt;
    if (needed > out.size) {
        throw Error(Code::invalid,
                    "the inmate needs " + std::to_string(needed) + " bytes from " + hex(out.virt) +
                        " on, and its memory has " + std::to_string(out.size),
                    "give the container more memory");
    }
    if (inmate.entry < out.virt || inmate.entry - out.virt >= out.size) {
        throw Error(Code::invalid,
                    "the inmate's entry address " + hex(inmate.entry) + " is not in its memory");
    }
    return out;
}

Cell design_cell(const sdk::Plan& plan, const System& system, const Inmate& inmate) {
    const char* wanted = system.arch == Arch::x86 ? "x86_64" : "aarch64";
    if (plan.arch != wanted) {
        throw Error(Code::unsupported, "the guest is for " + plan.arch +
                                           ", and this machine's cells "
                                           "are for " +
                                           wanted);
    }
    Cell out;
    out.arch = system.arch;
    out.name = plan.partition;
    // Nobody asks this cell anything, so that it can hold up nobody.
    out.flags = cell_flag::passive_commreg;
    if ((system.flags & system_flag_virtual_debug_console) != 0) {
        out.flags |= cell_flag::virtual_console_active | cell_flag::virtual_console_permitted;
    }
    out.cpu_reset_address = inmate.entry;
    out.cpu_set = set_of(Numbers(plan.cpus.begin(), plan.cpus.end()));
    add_regions(out, memory_of(plan, inmate));
    return out;
}

void require_sound(const System& system, Layout layout, const Cell& cell,
                   const std::vector<Cell>& others) {
    std::vector<Cell> all = others;
    all.push_back(cell);
    std::string what;
    for (const Finding& one : check(system, all, layout)) {
        if (one.severity == Severity::error) what += "; " + one.where + ": " + one.what;
    }
    if (!what.empty()) throw Error(Code::invalid, what.substr(2));
}

}  // namespace runphi::jailhouse
