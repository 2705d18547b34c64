// SPDX-License-Identifier: Apache-2.0
#include "memory.hpp"

#include <algorithm>
#include <runphi/sdk.hpp>
#include <set>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr const char* reserved_prefix = "/reserved-memory/";

bool begins(const std::string& text, const std::string& with) {
    return text.compare(0, with.size(), with) == 0;
}

// The phandles of the reserved memory that some node uses.
std::set<std::uint32_t> used_reservations(const HostTree& tree) {
    std::set<std::uint32_t> out;
    for (const HostNode& node : tree.nodes()) {
        const auto uses = tree.cells(node, "memory-region");
        if (uses) out.insert(uses->begin(), uses->end());
    }
    return out;
}

struct Reservations {
    std::vector<Extent> used;
    std::vector<const HostNode*> idle;
};

Reservations reservations_of(const HostTree& tree) {
    const std::set<std::uint32_t> uses = used_reservations(tree);
    Reservations out;
    for (const HostNode& node : tree.nodes()) {
        if (!begins(node.path, reserved_prefix)) continue;
        const auto phandle = tree.cell(node, "phandle");
        const bool used = tree.bytes(node, "compatible") || (phandle && uses.count(*phandle) != 0);
        if (used) {
            out.used.insert(out.used.end(), node.registers.begin(), node.registers.end());
        } else {
            out.idle.push_back(&node);
        }
    }
    return out;
}

std::vector<Extent> machine_memory(const HostTree& tree) {
    std::vector<Extent> out;
    for (const HostNode& node : tree.nodes()) {
        const auto type = tree.texts(node, "device_type");
        if (type.empty() || type.front() != "memory") continue;
        out.insert(out.end(), node.registers.begin(), node.registers.end());
    }
    return out;
}

std::string names_in(const Extent& pool, const std::vector<const HostNode*>& nodes) {
    std::string out;
    for (const HostNode* node : nodes) {
        const bool inside = std::any_of(node->registers.begin(), node->registers.end(),
                                        [&](const Extent& one) { return one.overlaps(pool); });
        if (inside) out += "; has " + node->path + " of the device tree, which no driver uses";
    }
    return out;
}

}  // namespace

std::vector<FoundPool> memory_for_cells(const System& system,
                                        const std::vector<Claim>& linux_claims,
                                        const std::vector<Cell>& others, const HostTree* tree) {
    std::vector<Extent> free = free_memory(system, linux_claims, others);
    Reservations reserved;
    if (tree != nullptr) {
        const std::vector<Extent> memory = machine_memory(*tree);
        if (!memory.empty()) free = intersection(free, memory);
        reserved = reservations_of(*tree);
        for (const Extent& one : reserved.used) subtract(free, one);
        keep_whole_units(free);
    }
    std::vector<FoundPool> out;
    out.reserve(free.size());
    for (const Extent& one : free) {
        out.push_back({one,
                       "memory of the root cell that neither Linux (/proc/iomem), nor the "
                       "hypervisor, nor shared memory has" +
                           names_in(one, reserved.idle)});
    }
    return out;
}

void require_hypervisor(const System& system, const std::vector<Claim>& linux_claims) {
    const Extent expected =
        extent_of(system.hypervisor_memory.phys_start, system.hypervisor_memory.size);
    for (const Claim& claim : linux_claims) {
        if (claim.name != hypervisor_claim || claim.where == expected) continue;
        throw Error(Code::invalid,
                    "the hypervisor is at " + to_string(claim.where) +
                        " (/proc/iomem), and in the system's configuration at " +
                        to_string(expected),
                    "\"system\" in backend_settings.jailhouse of runphi.json names the "
                    "configuration with which Jailhouse was enabled");
    }
}

}  // namespace runphi::jailhouse
