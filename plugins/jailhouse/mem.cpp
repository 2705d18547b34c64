// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "backend.hpp"
#include "board_device.hpp"
#include "images.hpp"
#include "managers.hpp"
#include "memory.hpp"
#include "node.hpp"
#include "remote_image.hpp"

// MEM: the granted memory, divided among what a cell needs memory for, and the communication
// region, which is the hypervisor's.
namespace runphi::jailhouse {

namespace {

// On x86 they are no memory's (DEV).
CacheShare share_of(const std::vector<BoardDevice>& devices, const System& system) {
    CacheShare out{0, system.color.way_size};
    if (system.arch == Arch::x86 || out.way_size == 0) return out;
    for (const unsigned colour : colours_of(devices)) out.colours |= std::uint64_t{1} << colour;
    return out;
}

}  // namespace

std::string JailhouseBackend::mem(const sdk::Host& host, const sdk::Planning& in) {
    const System system = Node::read(Settings::parse(host.settings())).system;
    const sdk::Plan plan(in.plan);
    const auto devices = granted_devices(in.board, plan);
    if (!rpus_of(devices).empty()) {
        const sdk::Image& image = remote_image_of(plan, in.images);
        return write_memory(
            memory_for_remote(plan, system.arch, remote_segments(image.fd, image.length)));
    }
    const CacheShare share = share_of(devices, system);
    if (plan.kind != "inmate") return write_memory(memory_for_linux(plan, system.arch, share));
    CellMemory memory = memory_for(plan, system.arch, inmate_of(plan, in.images), share);
    memory.dma = std::any_of(devices.begin(), devices.end(),
                             [](const BoardDevice& one) { return one.is_on_bus(); });
    return write_memory(memory);
}

void add_memory(Cell& cell, const sdk::Plan& plan) {
    using namespace region_flag;
    constexpr std::uint64_t rights = read | write;
    const CellMemory memory = memory_of(plan);
    for (const MemoryPiece& one : memory.pieces) {
        std::uint64_t flags = rights | rootshared;
        if (one.is_loadable()) flags = rights | execute | loadable;
        if (one.use == MemoryPiece::Use::ram && memory.dma) flags |= dma;
        if (one.colours != 0) flags |= colored;
        cell.regions.push_back({one.phys, one.virt, one.size, flags, one.colours});
    }
    if (!memory.comm_region) return;
    constexpr std::uint64_t size = 4096;
    cell.regions.push_back({0, *memory.comm_region, size, rights | comm_region, 0});
}

}  // namespace runphi::jailhouse
