// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "../domain/identity.hpp"
#include "../mem.hpp"
#include "facts.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

// What Xen takes of a domain's memory besides what the guest sees: page tables, the domain's own
// structures. One part in so many is left out.
constexpr std::uint64_t overhead_share = 64;
constexpr std::size_t longest_comment = 1024, longest_name = 64;

std::string list_text(const std::vector<unsigned>& cpus) {
    std::string out;
    for (std::size_t i = 0; i < cpus.size();) {
        std::size_t last = i;
        while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) ++last;
        if (!out.empty()) out += ',';
        out += std::to_string(cpus[i]);
        if (last > i) out += "-" + std::to_string(cpus[last]);
        i = last + 1;
    }
    return out;
}

std::vector<unsigned> all_cpus(const Facts& facts) {
    std::vector<unsigned> out;
    for (const CpuPool& one : facts.pools) out.insert(out.end(), one.cpus.begin(), one.cpus.end());
    std::sort(out.begin(), out.end());
    return out;
}

// dom0 keeps the CPUs that it is pinned to, else as many as it has virtual ones, from the lowest
// on: all but as many as partitions could have for themselves.
std::vector<unsigned> dom0_keeps(const Facts& facts, const std::vector<unsigned>& all) {
    if (!facts.dom0_cpus.empty()) return facts.dom0_cpus;
    const std::size_t count = std::min<std::size_t>(facts.dom0_vcpus, all.size());
    return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

// Where dom0 runs on all CPUs, they are shared.
struct Cpus {
    std::vector<unsigned> ids;
    bool exclusive = true;
};

Cpus cpus_of(const Facts& facts) {
    const std::vector<unsigned> all = all_cpus(facts), kept = dom0_keeps(facts, all);
    Cpus out;
    for (const unsigned cpu : all) {
        if (std::find(kept.begin(), kept.end(), cpu) == kept.end()) out.ids.push_back(cpu);
    }
    if (out.ids.empty()) out = {all, false};
    if (!out.ids.empty()) return out;
    throw Error(Code::hypervisor, "Xen tells of no CPU in any pool");
}

std::string cpu_comment(const Facts& facts, const Cpus& cpus) {
    std::string out = "dom0 has " + std::to_string(facts.dom0_vcpus) + " virtual CPUs";
    out += cpus.exclusive ? " and keeps the others" : ", on all CPUs: they are shared";
    out += ". " + std::to_string(facts.cores_per_socket) + " cores a socket, " +
           std::to_string(facts.threads_per_core) + " threads a core. Pools:";
    for (const CpuPool& one : facts.pools) {
        out += " " + one.name + " (" + one.scheduler + ", " + list_text(one.cpus) + ")";
    }
    for (char& c : out) c = c >= ' ' && c < 0x7f ? c : '?';
    return out.substr(0, longest_comment);
}

std::string mib(std::uint64_t bytes) {
    return std::to_string(bytes >> 20) + " MiB";
}

std::string printable(std::string text, std::size_t most) {
    for (char& c : text) c = c >= ' ' && c < 0x7f ? c : '?';
    return text.substr(0, most);
}

}  // namespace

std::string board_json(const Facts& facts) {
    const Cpus cpus = cpus_of(facts);
    // What domains of ours have now is the board's, too: it must not change with what runs on it.
    const std::uint64_t given = facts.free + facts.ours;
    const std::uint64_t size =
        (given - given / overhead_share) / memory_alignment * memory_alignment;
    if (size < memory_minimum) {
        throw Error(Code::no_resource,
                    "Xen has " + mib(facts.free) + " free of " + mib(facts.total) + ", dom0 has " +
                        mib(facts.dom0) + ": nothing is left for partitions",
                    "limit dom0 by dom0_mem=SIZE,max:SIZE on Xen's command line");
    }
    sdk::JsonWriter out;
    out.object().field("format", "runphi.board/1");
    out.field("name", printable("Xen " + facts.version, longest_name));
    out.object("cpus").field("ids", list_text(cpus.ids)).field("exclusive", cpus.exclusive);
    out.field("comment", cpu_comment(facts, cpus)).end_object();
    out.object("memory").array("pools").object().field("name", "xen").field("base", 0);
    out.field("size", size);
    out.field("comment", "of " + mib(facts.total) + "; dom0 has " + mib(facts.dom0) +
                             ", the rest is Xen's, and what it takes for each domain");
    out.end_object().end_array().field("alignment", memory_alignment);
    out.field("minimum", memory_minimum).end_object();
    out.object("limits").field("name_max", partition_name_max).end_object();
    return out.end_object().text();
}

}  // namespace runphi::xen
