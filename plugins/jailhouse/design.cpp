// SPDX-License-Identifier: Apache-2.0
#include "design.hpp"

#include <algorithm>

#include "check/check.hpp"
#include "managers.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

using Lines = std::vector<std::string>;

Lines errors_of(const System& system, Layout layout, const std::vector<Cell>& cells) {
    Lines out;
    for (const Finding& one : check(system, cells, layout)) {
        if (one.severity == Severity::error) out.push_back(one.where + ": " + one.what);
    }
    return out;
}

bool has(const Lines& lines, const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

}  // namespace

Cell design_cell(const sdk::Plan& plan, const System& system) {
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
    add_cpus(out, plan);
    add_memory(out, plan);
    add_devices(out, plan, system);
    add_network(out, plan, system);
    add_channels(out, plan, system);
    add_boot(out, plan);
    return out;
}

void require_sound(const System& system, Layout layout, const Cell& cell,
                   const std::vector<Cell>& others) {
    std::vector<Cell> all = others;
    all.push_back(cell);
    const Lines systems = errors_of(system, layout, {}), theirs = errors_of(system, layout, others);
    std::string what;
    for (const std::string& one : errors_of(system, layout, all)) {
        if (!has(theirs, one) || has(systems, one)) what += "; " + one;
    }
    if (!what.empty()) throw Error(Code::invalid, what.substr(2));
}

}  // namespace runphi::jailhouse
