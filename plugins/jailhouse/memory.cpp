// SPDX-License-Identifier: Apache-2.0
#include "memory.hpp"

#include <runphi/memory_channel.h>

#include <algorithm>
#include <bit>

#include "format/limits.hpp"
#include "format/names.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;
using Use = MemoryPiece::Use;

namespace {

constexpr std::uint64_t loader_size = 64U << 10;     // as Jailhouse's own configurations have it
constexpr std::uint64_t linux_alignment = 2U << 20;  // Documentation/arch/arm64/booting.rst
// Where inmates look for it (inmates/lib/arm-common/include/inmate.h; x86 has it at 1 MiB).
constexpr std::uint64_t comm_region_arm = 0x80000000, comm_region_x86 = 0x100000;

// Tightly coupled memory, as a Cortex-R5 of a Zynq UltraScale+ sees its own (UG1085).
constexpr std::uint64_t end_of_own_memory = 0x40000;

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
    const MemoryPiece out{Use::ram, phys, first->target / page * page, size, 0};
    if (end_of(*last) - out.virt > size) throw needs(end_of(*last) - out.virt, out.virt, size);
    return out;
}

std::vector<MemoryPiece> coloured(const sdk::Region& grant, const Inmate& inmate,
                                  const CacheShare& share) {
    MemoryPiece ram = ram_for(&inmate.segments.front(), &inmate.segments.back(), grant.base,
                              share.part_of(grant.size));
    ram.colours = share.colours;
    return {ram};
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
            {Use::loader, grant.base + size, 0, loader_size, 0}};
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

std::uint64_t CacheShare::part_of(std::uint64_t size) const {
    if (colours == 0) return size;
    return size / way_size * static_cast<std::uint64_t>(std::popcount(colours)) * page;
}

CellMemory memory_for(const sdk::Plan& plan, Arch arch, const Inmate& inmate,
                      const CacheShare& share) {
    const sdk::Region& grant = grant_of(plan);
    CellMemory out;
    out.pieces = share.colours == 0 ? pieces_for(grant, inmate) : coloured(grant, inmate, share);
    out.comm_region = comm_region_for(arch, out.pieces);
    if (!holds(out.pieces, inmate.entry, 1)) {
        throw Error(Code::invalid,
                    "the inmate's entry address " + hex(inmate.entry) + " is not in its memory");
    }
    return out;
}

CellMemory memory_for_linux(const sdk::Plan& plan, Arch arch, const CacheShare& share) {
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
    out.pieces = {{Use::ram, grant.base, grant.base, share.part_of(size), share.colours},
                  {Use::channel, channel, channel, channel_size, 0}};
    out.comm_region = comm_region_for(arch, out.pieces);
    out.dma = true;
    return out;
}

CellMemory memory_for_remote(const sdk::Plan& plan, Arch arch,
                             const std::vector<Extent>& segments) {
    const sdk::Region& grant = grant_of(plan);
    std::vector<sdk::Region> own = plan.iomems;
    own.push_back(grant);
    for (const Extent& one : segments) {
        const bool inside = std::any_of(own.begin(), own.end(), [&](const sdk::Region& region) {
            return one.first >= region.base && one.end - region.base <= region.size;
        });
        if (inside || one.end <= end_of_own_memory) continue;
        throw Error(Code::invalid,
                    "the image for a remote processor loads itself into " + hex(one.first) + "-" +
                        hex(one.end - 1) + ", which the container was not granted",
                    "link it for the processor's own memory (below 0x40000), or for the "
                    "container's, which begins at " +
                        hex(grant.base));
    }
    CellMemory out;
    out.pieces = {{Use::ram, grant.base, grant.base, grant.size, 0}};
    out.comm_region = comm_region_for(arch, out.pieces);
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
            .field("size", one.size);
        if (one.colours != 0) part.field("colors", one.colours);
        part.end_object();
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
                              one.at("virt").u64(), one.at("size").u64(), one.u64_or("colors", 0)});
    }
    if (const auto at = part.find("comm_region")) out.comm_region = at->u64();
    out.dma = part.at("dma").boolean();
    return out;
}

}  // namespace runphi::jailhouse
