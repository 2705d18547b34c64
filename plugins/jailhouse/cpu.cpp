// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "backend.hpp"
#include "board_device.hpp"
#include "format/number_set.hpp"
#include "managers.hpp"
#include "node.hpp"

// CPU: those of the grant, which leave the root cell; and whether remote processors can be had.
namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

Numbers granted(const sdk::Plan& plan) {
    Numbers out(plan.cpus.begin(), plan.cpus.end());
    std::sort(out.begin(), out.end());
    return out;
}

bool has(const Numbers& numbers, unsigned number) {
    return std::binary_search(numbers.begin(), numbers.end(), number);
}

std::string owner_of(unsigned cpu, const Tree& tree) {
    for (const CellStatus& cell : tree.cells()) {
        if (has(cell.cpus, cpu)) return label_of(cell) + " has it";
    }
    return "no cell has it";
}

// The driver takes CPUs off Linux one by one, and puts them back one by one when it finds that it
// cannot have them all: seconds on a machine with many.
void require_free(const Numbers& wanted, const Tree& tree) {
    const auto root = tree.cell(0);
    if (!root) throw Error(Code::hypervisor, tree.root() + ": there is no root cell");
    const std::string free = "; the root cell has CPUs " + list_text(root->cpus);
    for (const unsigned cpu : wanted) {
        if (has(root->cpus, cpu)) continue;
        throw Error(Code::no_resource,
                    "CPU " + std::to_string(cpu) +
                        " is not the root cell's to give: " + owner_of(cpu, tree) + free);
    }
    if (wanted.size() < root->cpus.size()) return;
    throw Error(Code::no_resource,
                "CPUs " + list_text(wanted) + ": the root cell keeps one at least" + free);
}

// Interrupts and much of Linux's own work begin on it.
void require_asked(const sdk::Plan& plan) {
    for (const sdk::Json& one : plan.root().at("request").at("cpus").at("list").elements()) {
        if (one.u64() == 0) return;
    }
    throw Error(Code::invalid, "CPU 0 stays with the root cell unless a container asks for it",
                "take it out of \"cpus\" in the board file, or name it in the container's cpuset");
}

void require_remote(const Numbers& wanted, const Node& node) {
    const Numbers hard = numbers_of(node.system.root_cell.rcpu_set);
    for (const unsigned number : wanted) {
        const std::string what = "remote processor " + std::to_string(number);
        if (node.layout != Layout::omnivisor) {
            throw Error(Code::unsupported,
                        what +
                            ": only the Omnivisor starts them, of layout \"omnivisor\", and this "
                            "machine's Jailhouse is of layout " +
                            std::string(to_string(node.layout)));
        }
        if (has(hard, number)) continue;
        throw Error(Code::invalid, what + ": the root cell has only " + list_text(hard));
    }
}

}  // namespace

std::string JailhouseBackend::cpu(const sdk::Host& host, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    const Numbers cpus = granted(plan);
    if (cpus.empty()) {
        throw Error(Code::invalid, "plan.grant.cpus: empty; a cell owns its CPUs",
                    "cpus.exclusive in the board file must be true");
    }
    sdk::JsonWriter part;
    part.object().array("cpus");
    // Where remote processors run the guest, the CPU of the grant stays with the root cell.
    const Numbers rpus = rpus_of(granted_devices(in.board, plan));
    if (!rpus.empty()) {
        require_remote(rpus, Node::read(Settings::parse(host.settings())));
    } else {
        if (has(cpus, 0)) require_asked(plan);
        require_free(cpus, Tree(Settings::parse(host.settings()).sysfs));
        for (const unsigned cpu : cpus) part.value(cpu);
    }
    return part.end_array().end_object().text();
}

void add_cpus(Cell& cell, const sdk::Plan& plan) {
    Numbers cpus;
    for (const sdk::Json& one : plan.root().at("parts").at("cpu").at("cpus").elements()) {
        cpus.push_back(static_cast<unsigned>(one.u64(0, 8191)));
    }
    cell.cpu_set = set_of(cpus);
}

}  // namespace runphi::jailhouse
