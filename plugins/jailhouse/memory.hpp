// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <vector>

#include "format/model.hpp"
#include "inmate.hpp"

namespace runphi::jailhouse {

// A region of the cell's own memory, taken from its grant. Bytes, whole pages.
struct MemoryPiece {
    enum class Use {
        ram,      // where the guest is loaded and runs
        loader,   // what the CPUs begin in, if that is not in the RAM: at the cell's address 0
        channel,  // shared with the root cell, and no RAM: the guest's memory channel
    };

    Use use = Use::ram;
    std::uint64_t phys = 0, virt = 0, size = 0;

    bool is_loadable() const { return use != Use::channel; }
};

struct CellMemory {
    std::vector<MemoryPiece> pieces;
    std::optional<std::uint64_t> comm_region;  // where the cell has it
    bool dma = false;                          // devices may reach the RAM

    const MemoryPiece* find(MemoryPiece::Use use) const;
};

// Of an inmate. Its RAM begins where it does: at the load address, or at the page of an ELF file's
// first segment. If it has segments below 64 KiB, and others that RAM from there on does not reach,
// those below go into a loader region. Throws Error if it does not fit.
CellMemory memory_for(const sdk::Plan& plan, Arch arch, const Inmate& inmate);
// Of a Linux guest, whose addresses are the machine's: its RAM, and at the grant's end the memory
// channel (runphi/memory_channel.h).
CellMemory memory_for_linux(const sdk::Plan& plan, Arch arch);

// plan.parts.mem
std::string write_memory(const CellMemory& memory);
CellMemory memory_of(const sdk::Plan& plan);

}  // namespace runphi::jailhouse
