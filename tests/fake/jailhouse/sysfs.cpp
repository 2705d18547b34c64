// SPDX-License-Identifier: Apache-2.0
#include "fake/jailhouse/sysfs.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace fake_jailhouse {

namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// A reader sees the old file or the new one.
void write(const fs::path& path, const std::string& line) {
    if (content_of(path) == line + '\n') return;
    const fs::path fresh = path.parent_path() / ("." + path.filename().string());
    std::ofstream(fresh) << line << '\n';
    fs::rename(fresh, path);
}

// "0,2-15"
std::string list_text(const std::set<unsigned>& numbers) {
    std::string out;
    for (auto at = numbers.begin(); at != numbers.end();) {
        const unsigned first = *at;
        unsigned last = first;
        while (++at != numbers.end() && *at == last + 1) ++last;
        out += (out.empty() ? "" : ",") + std::to_string(first);
        if (last > first) out += "-" + std::to_string(last);
    }
    return out;
}

// In hexadecimal, with as many digits as all CPUs need.
std::string mask_text(const std::set<unsigned>& numbers, unsigned cpus) {
    std::string out((cpus + 3) / 4, '0');
    for (const unsigned number : numbers) {
        char& digit = out.at(out.size() - 1 - number / 4);
        const unsigned value = static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        digit = "0123456789abcdef"[value | 1U << (number % 4)];
    }
    return out;
}

void publish_cell(const Cell& cell, const Facts& facts, const fs::path& folder) {
    fs::create_directories(folder / "statistics");
    write(folder / "name", cell.config.name);
    write(folder / "cpus_assigned", mask_text(cell.cpus, facts.cpus));
    write(folder / "cpus_assigned_list", list_text(cell.cpus));
    write(folder / "cpus_failed", mask_text(cell.failed_cpus, facts.cpus));
    write(folder / "cpus_failed_list", list_text(cell.failed_cpus));
    for (const char* counter : {"total", "mmio", "management", "hypercall", "maintenance",
                                "virt_irq", "virt_sgi", "psci", "smccc"}) {
        const auto count = cell.exits.find(counter);
        write(folder / "statistics" / (std::string("vmexits_") + counter),
              std::to_string(count == cell.exits.end() ? 0 : count->second));
    }
    if (facts.flavour == Flavour::omnivisor) {
        write(folder / "rcpus_assigned", mask_text(cell.config.rcpus, 8));
        write(folder / "rcpus_assigned_list", list_text(cell.config.rcpus));
        write(folder / "fpga_regions_assigned", "0");
        write(folder / "fpga_regions_assigned_list", "");
    }
    write(folder / "state", cell.state);
}

void remove_gone(const Machine& machine, const fs::path& cells) {
    for (const auto& entry : fs::directory_iterator(cells)) {
        const int id = std::stoi(entry.path().filename().string());
        if (machine.cells().count(id) == 0) fs::remove_all(entry.path());
    }
}

}  // namespace

void publish(const Machine& machine, const std::string& folder) {
    const fs::path root = folder;
    fs::create_directories(root / "cells");
    write(root / "enabled", machine.enabled() ? "1" : "0");
    write(root / "mem_pool_size", machine.enabled() ? "992" : "0");
    write(root / "mem_pool_used", machine.enabled() ? "144" : "0");
    remove_gone(machine, root / "cells");
    for (const auto& [id, cell] : machine.cells()) {
        publish_cell(cell, machine.facts(), root / "cells" / std::to_string(id));
    }
}

}  // namespace fake_jailhouse
