// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <vector>

#include "../common/inmate.hpp"
#include "format/model.hpp"
#include "pools.hpp"

namespace runphi::jailhouse {

using common::Inmate;
using common::Segment;

// A region of the cell's own memory, taken from its grant. Bytes, whole pages.
struct MemoryPiece {
    enum class Use {
        ram,      // where the guest is loaded and runs
        loader,   // what the CPUs begin in, if that is not in the RAM: at the cell's address 0
        channel,  // shared with the root cell, and no RAM: the guest's memory channel
    };

    Use use = Use::ram;
    std::uint64_t phys = 0, virt = 0, size = 0;
    // Of the cache, if the memory has only some: its pages are strewn over as much more memory as
    // there are more colours.
    std::uint64_t colours = 0;

    bool is_loadable() const { return use != Use::channel; }
};

struct CellMemory {
    std::vector<MemoryPiece> pieces;
    std::optional<std::uint64_t> comm_region;  // where the cell has it
    bool dma = false;                          // devices may reach the RAM

    const MemoryPiece* find(MemoryPiece::Use use) const;
};

// A share of the cache that a cell's RAM has: colours as a mask, and the bytes of a way of the
// cache, in which each colour has a page. No colour: all of the cache.
struct CacheShare {
    std::uint64_t colours = 0, way_size = 0;

    // How much memory of these colours there is in so many bytes.
    std::uint64_t part_of(std::uint64_t size) const;
};

// Of an inmate. Its RAM begins where it does: at the load address, or at the page of an ELF file's
// first segment. If it has segments below 64 KiB, and others that RAM from there on does not reach,
// those below go into a loader region. Throws Error if it does not fit.
CellMemory memory_for(const sdk::Plan& plan, Arch arch, const Inmate& inmate,
                      const CacheShare& share);
// Of a Linux guest, whose addresses are the machine's: its RAM, and at the grant's end the memory
// channel (runphi/memory_channel.h).
CellMemory memory_for_linux(const sdk::Plan& plan, Arch arch, const CacheShare& share);
// Of remote processors, which no hypervisor stands before: the cell's addresses are the machine's.
// `segments`: what their image loads itself into, each of which must be in the memory, in registers
// that were granted, or in the processors' own memory. Throws Error(invalid) for others.
CellMemory memory_for_remote(const sdk::Plan& plan, Arch arch, const std::vector<Extent>& segments);

// plan.parts.mem
std::string write_memory(const CellMemory& memory);
CellMemory memory_of(const sdk::Plan& plan);

}  // namespace runphi::jailhouse
