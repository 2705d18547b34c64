// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "images.hpp"
#include "managers.hpp"
#include "memory.hpp"
#include "node.hpp"

// MEM: the granted memory, divided among what a cell needs memory for, and the communication
// region, which is the hypervisor's.
namespace runphi::jailhouse {

std::string JailhouseBackend::mem(const sdk::Host& host, const sdk::Planning& in) {
    const Arch arch = Node::read(Settings::parse(host.settings())).system.arch;
    const sdk::Plan plan(in.plan);
    if (plan.kind != "inmate") return write_memory(memory_for_linux(plan, arch));
    return write_memory(memory_for(plan, arch, inmate_of(plan, in.images)));
}

void add_memory(Cell& cell, const sdk::Plan& plan) {
    using namespace region_flag;
    constexpr std::uint64_t rights = read | write;
    const CellMemory memory = memory_of(plan);
    for (const MemoryPiece& one : memory.pieces) {
        std::uint64_t flags = rights | rootshared;
        if (one.is_loadable()) flags = rights | execute | loadable;
        if (one.use == MemoryPiece::Use::ram && memory.dma) flags |= dma;
        cell.regions.push_back({one.phys, one.virt, one.size, flags, 0});
    }
    if (!memory.comm_region) return;
    constexpr std::uint64_t size = 4096;
    cell.regions.push_back({0, *memory.comm_region, size, rights | comm_region, 0});
}

}  // namespace runphi::jailhouse
