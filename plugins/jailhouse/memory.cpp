// SPDX-License-Identifier: Apache-2.0
#include "memory.hpp"

#include <runphi/memory_channel.h>

#include <algorithm>

#include "format/names.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;
using Use = MemoryPiece::Use;

namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t loader_size = 64U << 10;     // as Jailhouse's own configurations have it
constexpr std::uint64_t linux_alignment = 2U << 20;  // Documentation/arch/arm64/booting.rst
// Where inmates look for it (inmates/lib/arm-common/include/inmate.h; x86 has it at 1 MiB).
constexpr std::uint64_t comm_region_arm = 0x80000000, comm_region_x86 = 0x100000;

constexpr const char* uses[] = {"ram", "loader", "channel"};

Error needs(std::uint64_t bytes, std::uint64_t from, std::uint64_t has) {
    return Error(Code::invalid,
                 "the inmate needs " + std::to_string(bytes) + " bytes from " + hex(from) +
                     " on, and its memory has " + std::to_string(has),
                 "give the container more memory");
}

const sdk::Region& grant_of(const sdk::Plan& plan) {
    if (plan.memory.size() == 1) return plan.memory.front();
    throw Error(Code::invalid, "plan.grant.memory: " + std::to_string(plan.memory.size()) +
                                   " regions; a cell gets its memory in one");
}

std::uint64_t end_of(const Segment& segment) {
    return segment.target + segment.size;
}

// RAM from the page of the first of these segments on.
MemoryPiece ram_for(const Segment* first, const Segment* last, std::uint64_t phys,
                    std::uint64_t size) {
    const MemoryPiece out{Use::ram, phys, first->target / page * page, size};
    if (end_of(*last) - out.virt > size) throw needs(end_of(*last) - out.virt, out.virt, size);
    return out;
}

std::vector<MemoryPiece> pieces_for(const sdk::Region& grant, const Inmate& inmate) {
    const Segment* first = inmate.segments.data();
    const Segment* last = first + inmate.segments.size() - 1;
    const bool in_one = end_of(*last) - first->target / page * page <= grant.size;
    const Segment* high = std::find_if(
        first, last, [](const Segment& segment) { return segment.target >= loader_size; });
    const bool split = !in_one && high != first && high->target >= loader_size &&
                       end_of(*(high - 1)) <= loader_size && grant.size > loader_size;
    if (!split) return {ram_for(first, last, grant.base, grant.size)};
    const std::uint64_t size = grant.size - loader_size;
    return {ram_for(high, last, grant.base, size),
            {Use::loader, grant.base + size, 0, loader_size}};
}

bool holds(const std::vector<MemoryPiece>& pieces, std::uint64_t first, std::uint64_t size) {
    return std::any_of(pieces.begin(), pieces.end(), [&](const MemoryPiece& one) {
        return first < one.virt + one.size && one.virt < first + size;
    });
}

std::optional<std::uint64_t> comm_region_for(Arch arch, const std::vector<MemoryPiece>& pieces) {
    const std::uint64_t at = arch == Arch::x86 ? comm_region_x86 : comm_region_arm;
    return holds(pieces, at, page) ? std::nullopt : std::optional(at);
}

}  // namespace

const MemoryPiece* CellMemory::find(Use use) const {
    for (const MemoryPiece& one : pieces) {
        if (one.use == use) return &one;
    }
    return nullptr;
}

CellMemory memory_for(const sdk::Plan& plan, Arch arch, const Inmate& inmate) {
    CellMemory out;
    out.pieces = pieces_for(grant_of(plan), inmate);
    out.comm_region = comm_region_for(arch, out.pieces);
    out.dma = !plan.devices.empty();
    if (!holds(out.pieces, inmate.entry, 1)) {
        throw Error(Code::invalid,
                    "the inmate's entry address " + hex(inmate.entry) + " is not in its memory");
    }
    return out;
}

CellMemory memory_for_linux(const sdk::Plan& plan, Arch arch) {
    const sdk::Region& grant = grant_of(plan);
    if (grant.base % linux_alignment != 0 || grant.size < 2 * linux_alignment) {
        throw Error(Code::invalid,
                    "memory " + hex(grant.base) + ", " + std::to_string(grant.size) +
                        " bytes: Linux needs 4 MiB at least, from a multiple of 2 MiB on",
                    "memory.alignment in the board file must be 2M, and the container's memory "
                    "enough for its kernel and its root file system");
    }
    constexpr std::uint64_t channel_size = RUNPHI_MEMORY_CHANNEL_SIZE;
    const std::uint64_t size = grant.size - channel_size, channel = grant.base + size;
    CellMemory out;
    out.pieces = {{Use::ram, grant.base, grant.base, size},
                  {Use::channel, channel, channel, channel_size}};
    out.comm_region = comm_region_for(arch, out.pieces);
    out.dma = true;
    return out;
}

std::string write_memory(const CellMemory& memory) {
    sdk::JsonWriter part;
    part.object().array("pieces");
    for (const MemoryPiece& one : memory.pieces) {
        part.object()
            .field("use", uses[static_cast<std::size_t>(one.use)])
            .field("phys", one.phys)
            .field("virt", one.virt)
            .field("size", one.size)
            .end_object();
    }
    part.end_array();
    if (memory.comm_region) part.field("comm_region", *memory.comm_region);
    return part.field("dma", memory.dma).end_object().text();
}

CellMemory memory_of(const sdk::Plan& plan) {
    const sdk::Json part = plan.root().at("parts").at("mem");
    CellMemory out;
    for (const sdk::Json& one : part.at("pieces").elements()) {
        const std::string use = one.at("use").string();
        const auto* const known = std::find(std::begin(uses), std::end(uses), use);
        if (known == std::end(uses)) {
            throw Error(Code::invalid, one.path() + ".use: \"" + use + "\" is none");
        }
        out.pieces.push_back({static_cast<Use>(known - std::begin(uses)), one.at("phys").u64(),
                              one.at("virt").u64(), one.at("size").u64()});
    }
    if (const auto at = part.find("comm_region")) out.comm_region = at->u64();
    out.dma = part.at("dma").boolean();
    return out;
}

}  // namespace runphi::jailhouse
