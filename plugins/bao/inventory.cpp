// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "backend.hpp"
#include "claims/claims.hpp"
#include "presence/presence.hpp"
#include "slots/amount.hpp"
#include "slots/fit.hpp"

namespace runphi::bao {

namespace {

constexpr std::uint64_t longest_name = 63;

// Slots and guests.
std::vector<const Vm*> vms_of(const SlotTable& table) {
    std::vector<const Vm*> out;
    for (const Slot& one : table.slots) out.push_back(&one);
    for (const Guest& one : table.guests) out.push_back(&one);
    return out;
}

std::vector<unsigned> cpus_of(const SlotTable& table) {
    std::vector<unsigned> out;
    for (const Vm* one : vms_of(table)) out.insert(out.end(), one->cpus.begin(), one->cpus.end());
    std::sort(out.begin(), out.end());
    return out;
}

// Slots see their memory at the same addresses, and a container gets one whole: it is only counted.
void write_pool(sdk::JsonWriter& out, const SlotTable& table) {
    std::uint64_t size = 0;
    for (const Vm* one : vms_of(table)) size += memory_of(*one);
    out.array("pools").object().field("name", "slots").field("base", 0).field("size", size);
    out.end_object().end_array();
}

// By name: they are where the slot is that has them.
void write_devices(sdk::JsonWriter& out, const SlotTable& table) {
    out.array("devices");
    for (const Vm* vm : vms_of(table)) {
        for (const SlotDevice& one : vm->devices) out.object().field("name", one.name).end_object();
    }
    out.end_array();
}

struct Channel {
    std::uint64_t size = 0;  // bytes
    unsigned ends = 0;       // that slots and guests have
};

void write_channels(sdk::JsonWriter& out, const SlotTable& table) {
    std::map<std::string, Channel> channels;
    for (const Vm* vm : vms_of(table)) {
        for (const SlotChannel& one : vm->channels) {
            channels[one.name].size = one.range.size;
            ++channels[one.name].ends;
        }
    }
    out.array("channels");
    for (const auto& [name, channel] : channels) {
        out.object().field("name", name).field("size", channel.size);
        out.field("peers", channel.ends).end_object();
    }
    out.end_array();
}

}  // namespace

std::string BaoBackend::inventory(const sdk::Host& host) {
    const Node node = Node::read(Settings::parse(host.settings()));
    if (node.table.slots.empty() && node.table.guests.empty()) {
        throw sdk::Error(sdk::Code::no_resource,
                         "layout \"" + node.table.layout + "\" has no slot for a container",
                         "add one to the request of runphi bao layout, and boot that");
    }
    sdk::JsonWriter out;
    const std::string aside = aside_text(Claims(host));
    const std::string name =
        "Bao, " + node.table.layout + (aside.empty() ? "" : " (" + aside + ")");
    out.object().field("format", "runphi.board/1").field("name", name);
    // A slot is what is exclusive: which one a container gets, and its CPUs with it, is found out
    // at create.
    out.object("cpus").field("ids", cpu_text(cpus_of(node.table))).field("exclusive", false);
    out.end_object().object("memory");
    write_pool(out, node.table);
    out.field("alignment", page).field("minimum", page).end_object();
    write_devices(out, node.table);
    write_channels(out, node.table);
    out.object("limits").field("name_max", longest_name).end_object();
    return out.end_object().text();
}

}  // namespace runphi::bao
