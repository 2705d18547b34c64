// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "node.hpp"
#include "partition.hpp"

namespace runphi::jailhouse {

// Jailhouse counts how often it takes over from a cell, and no time: the CPUs and the memory are
// the cell's alone, whatever it does with them.
std::string JailhouseBackend::stats(const sdk::Host& host, const sdk::Partition& partition) {
    const Tree tree(Settings::parse(host.settings()).sysfs);
    const auto cell = find_cell(host, tree, partition);
    if (!cell) {
        throw sdk::Error(sdk::Code::not_found, "there is no cell \"" + partition.name + "\"");
    }
    sdk::JsonWriter out;
    out.object().field("format", "runphi.stats/1").object("cpu").array("owned");
    for (const unsigned cpu : cell->cpus) out.value(cpu);
    out.end_array().end_object();
    if (!partition.plan.empty()) {
        const std::uint64_t bytes = sdk::Plan(partition.plan).memory_size();
        out.object("memory").field("usage", bytes).field("limit", bytes).end_object();
    }
    out.object("exits");
    for (const auto& [reason, count] : tree.exits(cell->id)) out.field(reason, count);
    return out.end_object().end_object().text();
}

}  // namespace runphi::jailhouse
