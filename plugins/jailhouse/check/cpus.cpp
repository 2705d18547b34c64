// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <map>

#include "../format/number_set.hpp"
#include "subject.hpp"

// CPUs, and what the Omnivisor deals out like them: remote processors and FPGA regions.
namespace runphi::jailhouse {

namespace {

constexpr std::size_t largest_set = 4096;  // hypervisor/control.c, cell_init

using CellSet = std::vector<std::uint8_t> Cell::*;

// A number whose owner is another cell already.
void check_owners(const Subject& subject, CellSet set, const std::string& thing) {
    std::map<unsigned, const Cell*> owners;
    for (const Cell& cell : subject.cells) {
        std::map<const Cell*, Numbers> shared;
        for (const unsigned number : numbers_of(cell.*set)) {
            const auto [at, fresh] = owners.emplace(number, &cell);
            if (!fresh) shared[at->second].push_back(number);
        }
        for (const auto& [other, numbers] : shared) {
            subject.report.error(name_of(cell), thing + " " + list_text(numbers) + ": " +
                                                    name_of(*other) + " has it, too");
        }
    }
}

Numbers missing(const std::vector<std::uint8_t>& set, const std::vector<std::uint8_t>& root,
                const std::function<bool(unsigned)>& excused = {}) {
    Numbers out;
    for (const unsigned number : numbers_of(set)) {
        const bool has = number / 8 < root.size() && (root[number / 8] >> (number % 8) & 1U) != 0;
        if (!has && !(excused && excused(number))) out.push_back(number);
    }
    return out;
}

void check_cpu_set(const Subject& subject, const Cell& cell) {
    const std::string where = name_of(cell);
    if (cell.cpu_set.size() > largest_set) {
        subject.report.error(where, "a CPU set of " + std::to_string(cell.cpu_set.size()) +
                                        " bytes; the hypervisor takes 4096 (EINVAL)");
    }
    const std::size_t word = cell.arch == Arch::arm ? 4 : 8;
    if (cell.cpu_set.size() % word != 0) {
        subject.report.error(where, "a CPU set of " + std::to_string(cell.cpu_set.size()) +
                                        " bytes; Jailhouse reads whole words of " +
                                        std::to_string(word));
    }
    const Numbers cpus = numbers_of(cell.cpu_set);
    if (cpus.empty() && numbers_of(cell.rcpu_set).empty()) {
        subject.report.warning(where, "it has no CPU: nothing will run");
    }
    if (cell.arch == Arch::x86 && !cpus.empty() && cpus.front() == 0) {
        subject.report.error(where, "CPU 0 cannot leave the root cell on x86 (EINVAL)");
    }
    const Numbers foreign = missing(cell.cpu_set, subject.root().cpu_set);
    if (!foreign.empty()) {
        subject.report.error(where, "CPU " + list_text(foreign) + ": the root cell has only " +
                                        list_text(numbers_of(subject.root().cpu_set)) + " (EBUSY)");
    }
}

void check_root_keeps_one(const Subject& subject) {
    Numbers left = numbers_of(subject.root().cpu_set);
    for (const Cell& cell : subject.cells) {
        for (const unsigned cpu : numbers_of(cell.cpu_set)) std::erase(left, cpu);
    }
    if (!left.empty() || subject.cells.empty()) return;
    subject.report.error(name_of(subject.root()),
                         "the cells take all of its CPUs, and it needs one (EBUSY)");
}

// Numbers from the root cell's own on are soft cores, which must be described.
void check_rcpus(const Subject& subject, const Cell& cell) {
    const std::size_t hard = numbers_of(subject.root().rcpu_set).size();
    const auto described = [&](unsigned number) {
        return number >= hard &&
               std::any_of(cell.rcpu_devices.begin(), cell.rcpu_devices.end(),
                           [&](const RcpuDevice& one) { return one.rcpu_id == number; });
    };
    const Numbers foreign = missing(cell.rcpu_set, subject.root().rcpu_set, described);
    if (foreign.empty()) return;
    subject.report.error(name_of(cell), "remote processor " + list_text(foreign) +
                                            ": the root cell has not got it, and no rcpu_devices "
                                            "entry describes it as a soft core");
}

void check_fpga(const Subject& subject, const Cell& cell) {
    const Numbers foreign = missing(cell.fpga_regions, subject.root().fpga_regions);
    if (!foreign.empty()) {
        subject.report.error(
            name_of(cell), "FPGA region " + list_text(foreign) + ": the root cell has not got it");
    }
    const Numbers own = numbers_of(cell.fpga_regions);
    for (const FpgaDevice& device : cell.fpga_devices) {
        if (std::binary_search(own.begin(), own.end(), device.region_id)) continue;
        subject.report.error(name_of(cell), "an FPGA device is for region " +
                                                std::to_string(device.region_id) +
                                                ", which the cell has not got");
    }
}

}  // namespace

void check_cpus(const Subject& subject) {
    for (const Cell& cell : subject.cells) {
        check_cpu_set(subject, cell);
        check_rcpus(subject, cell);
        check_fpga(subject, cell);
    }
    check_owners(subject, &Cell::cpu_set, "CPU");
    check_owners(subject, &Cell::rcpu_set, "remote processor");
    check_owners(subject, &Cell::fpga_regions, "FPGA region");
    check_root_keeps_one(subject);
}

}  // namespace runphi::jailhouse
