// SPDX-License-Identifier: Apache-2.0
#include "free_memory.hpp"

#include <algorithm>
#include <runphi/sdk.hpp>

#include "../slots/amount.hpp"
#include "places.hpp"

namespace runphi::bao {

namespace {

// The lowest multiple of `alignment` from `from` on; 2^64 and more are no address.
std::uint64_t aligned(std::uint64_t from, std::uint64_t alignment) {
    const std::uint64_t mask = alignment - 1;
    return from > UINT64_MAX - mask ? UINT64_MAX : (from + mask) & ~mask;
}

}  // namespace

bool is_within(const std::vector<Extent>& extents, const Extent& what) {
    return std::any_of(extents.begin(), extents.end(),
                       [&](const Extent& one) { return one.contains(what); });
}

Extent pages_of(const Extent& extent) {
    return {extent.first / page * page, aligned(extent.end, page)};
}

FreeMemory::FreeMemory() : free_{{0, std::uint64_t{1} << 40}} {}

FreeMemory::FreeMemory(const Hardware& hardware) {
    for (const Pool& one : hardware.pools) free_.push_back(one.where);
    take(hardware.hypervisor);
}

void FreeMemory::take(const Extent& what) {
    subtract(free_, what);
}

std::uint64_t FreeMemory::find(std::uint64_t size, std::uint64_t alignment, const std::string& of) {
    return find_from(0, size, alignment, of);
}

std::uint64_t FreeMemory::find_from(std::uint64_t from, std::uint64_t size, std::uint64_t alignment,
                                    const std::string& of) {
    std::uint64_t largest = 0;
    for (const Extent& one : free_) {
        const std::uint64_t at = aligned(std::max(one.first, from), alignment);
        if (at >= one.end) continue;
        if (one.end - at >= size) {
            take({at, at + size});
            return at;
        }
        largest = std::max(largest, one.end - at);
    }
    throw sdk::Error(sdk::Code::no_resource,
                     of + ": " + common::hex(size) +
                         " bytes asked for, the largest free piece has " + common::hex(largest),
                     "ask for less, or give the board more memory");
}

}  // namespace runphi::bao
