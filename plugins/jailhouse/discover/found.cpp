// SPDX-License-Identifier: Apache-2.0
#include "found.hpp"

#include <runphi/sdk.hpp>

#include "../format/limits.hpp"
#include "../format/names.hpp"

namespace runphi::jailhouse {

namespace {

constexpr std::size_t longest_comment = 1024;
// Of memory: what Linux as a guest needs, and the largest page that the hypervisor maps.
constexpr unsigned unit = 2U << 20;

// Names come from files that anybody may have written.
std::string printable(std::string text) {
    for (char& byte : text) {
        if (byte < 0x20 || byte > 0x7e) byte = '?';
    }
    return text.substr(0, longest_comment);
}

void write_pools(sdk::JsonWriter& out, const std::vector<FoundPool>& pools) {
    out.object("memory").array("pools");
    for (std::size_t i = 0; i < pools.size(); ++i) {
        out.object()
            .field("name", "cells" + std::to_string(i))
            .field("base", pools[i].where.first)
            .field("size", pools[i].where.end - pools[i].where.first)
            .field("comment", printable(pools[i].comment))
            .end_object();
    }
    out.end_array().field("alignment", unit).field("minimum", unit).end_object();
}

void write_numbers(sdk::JsonWriter& out, const Numbers& numbers) {
    out.array("irqs");
    for (const unsigned number : numbers) out.value(number);
    out.end_array();
}

void write_device(sdk::JsonWriter& out, const FoundDevice& device) {
    out.object().field("name", device.name).field("path", device.path).array("iomem");
    for (const Extent& one : device.registers) {
        out.object().field("base", one.first).field("size", one.end - one.first).end_object();
    }
    out.end_array();
    write_numbers(out, device.interrupts);
    out.field("comment", printable(device.comment)).end_object();
}

std::string protocol_text(std::uint16_t protocol) {
    if (protocol == 0) return "no protocol";
    if (protocol == protocol_veth) return "the protocol of network links";
    return "protocol " + hex(protocol);
}

void write_link(sdk::JsonWriter& out, const Link& link) {
    std::string numbers;
    for (const auto end : link.ends) numbers += " " + std::to_string(end);
    out.object()
        .field("name", channel_name(link))
        .field("size", link.size)
        .field("peers", link.ends.size())
        .field("comment", "root cell's shared memory device in PCI domain " +
                              std::to_string(link.domain) + ", " + protocol_text(link.protocol) +
                              "; its ends here are of " + std::to_string(link.peers) +
                              " peers number" + numbers)
        .end_object();
}

}  // namespace

std::string board_json(const Found& found) {
    sdk::JsonWriter out;
    out.object()
        .field("format", "runphi.board/1")
        .field("name", found.name.empty() ? "Jailhouse" : printable(found.name))
        .field("comment", printable(found.comment));
    out.object("cpus")
        .field("ids", found.cpus.empty() ? std::string() : list_text(found.cpus))
        .field("comment", printable(found.cpus_comment))
        .end_object();
    write_pools(out, found.pools);
    out.array("devices");
    for (const FoundDevice& device : found.devices) write_device(out, device);
    out.end_array();
    write_numbers(out, found.interrupts);
    out.array("channels");
    for (const Link& link : found.links) {
        if (!link.ends.empty()) write_link(out, link);
    }
    out.end_array();
    out.object("limits").field("name_max", longest_cell_name).end_object();
    return out.end_object().text();
}

}  // namespace runphi::jailhouse
