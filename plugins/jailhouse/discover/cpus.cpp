// SPDX-License-Identifier: Apache-2.0
#include "cpus.hpp"

#include <algorithm>
#include <runphi/sdk.hpp>
#include <set>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

using Set = std::set<unsigned>;

Set set_from(const Numbers& numbers) {
    return {numbers.begin(), numbers.end()};
}

Numbers numbers_from(const Set& set) {
    return {set.begin(), set.end()};
}

void take(Set& from, const Set& what) {
    for (const unsigned number : what) from.erase(number);
}

void require_known(const System& system, const CellStatus& cell) {
    const Set known = set_from(numbers_of(system.root_cell.cpu_set));
    for (const unsigned cpu : cell.cpus) {
        if (known.count(cpu) != 0) continue;
        throw Error(Code::invalid,
                    label_of(cell) + " has CPU " + std::to_string(cpu) +
                        ", which the system's configuration does not know",
                    "\"system\" in backend_settings.jailhouse of runphi.json names the "
                    "configuration with which Jailhouse was enabled");
    }
}

// Of the root cell's CPUs those that Linux runs on. All, where it does not tell.
Set online_of(const Set& root, const LinuxFiles& machine) {
    const char* file = "/sys/devices/system/cpu/online";
    const auto text = machine.line(file);
    if (!text) return root;
    const auto list = parse_list(*text);
    if (!list) {
        throw Error(Code::hypervisor,
                    machine.path(file) + ": \"" + *text + "\" is no list of CPUs");
    }
    const Set online = set_from(*list);
    Set out;
    for (const unsigned cpu : root) {
        if (online.count(cpu) != 0) out.insert(cpu);
    }
    return out;
}

std::string numbers_text(const char* what, const Set& cpus) {
    return cpus.empty() ? std::string()
                        : "; " + std::string(what) + " " + list_text(numbers_from(cpus));
}

}  // namespace

FoundCpus cpus_for_cells(const System& system, const std::vector<CellStatus>& cells,
                         const Others& others, const LinuxFiles& machine) {
    Set root, ours, theirs;
    for (const CellStatus& cell : cells) {
        require_known(system, cell);
        const bool other = std::any_of(others.living.begin(), others.living.end(),
                                       [&](const CellStatus& one) { return one.id == cell.id; });
        Set& whose = cell.id == 0 ? root : other ? theirs : ours;
        whose.insert(cell.cpus.begin(), cell.cpus.end());
    }
    for (const Cell& one : others.configs) {
        const Numbers cpus = numbers_of(one.cpu_set);
        theirs.insert(cpus.begin(), cpus.end());
    }
    const Set online = online_of(root, machine);
    Set free = online, offline = root;
    take(offline, online);
    Set kept;
    if (!online.empty()) kept.insert(*online.begin());
    take(free, kept);
    free.insert(ours.begin(), ours.end());
    take(free, theirs);
    return {numbers_from(free), "the root cell's CPUs and those of our cells (sysfs)" +
                                    numbers_text("Linux keeps", kept) +
                                    numbers_text("other cells have", theirs) +
                                    numbers_text("offline in Linux:", offline)};
}

}  // namespace runphi::jailhouse
