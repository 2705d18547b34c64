// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "backend.hpp"
#include "presence/presence.hpp"
#include "slots/amount.hpp"

namespace runphi::bao {

namespace {

constexpr std::uint64_t longest_name = 63;

std::vector<unsigned> cpus_of(const SlotTable& table) {
    std::vector<unsigned> out;
    for (const Slot& one : table.slots) out.insert(out.end(), one.cpus.begin(), one.cpus.end());
    std::sort(out.begin(), out.end());
    return out;
}

// Slots see their memory at the same addresses, so it is only counted: a pool for each.
void write_pools(sdk::JsonWriter& out, const SlotTable& table) {
    out.array("pools");
    for (const Slot& slot : table.slots) {
        std::uint64_t size = 0;
        for (const Range& one : slot.ram) size += one.size;
        out.object().field("name", slot.name).field("base", 0).field("size", size).end_object();
    }
    out.end_array();
}

}  // namespace

std::string BaoBackend::inventory(const sdk::Host& host) {
    const Node node = Node::read(Settings::parse(host.settings()));
    if (node.table.slots.empty()) {
        throw sdk::Error(sdk::Code::no_resource,
                         "layout \"" + node.table.layout + "\" has no slot for a container",
                         "add one to the request of runphi bao layout, and boot that");
    }
    sdk::JsonWriter out;
    out.object().field("format", "runphi.board/1").field("name", "Bao, " + node.table.layout);
    out.object("cpus").field("ids", cpu_text(cpus_of(node.table))).end_object().object("memory");
    write_pools(out, node.table);
    out.field("alignment", page).field("minimum", page).end_object();
    out.object("limits").field("name_max", longest_name).end_object();
    return out.end_object().text();
}

}  // namespace runphi::bao
