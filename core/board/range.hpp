// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "core/board/amount.hpp"
#include "core/board/board.hpp"

// Arithmetic on address ranges by their last byte, so that a range may end at 2^64 exactly.
namespace phi::board {

// Not empty, and not past 2^64.
inline bool valid(const Region& r) {
    return r.size != 0 && r.base <= std::numeric_limits<std::uint64_t>::max() - (r.size - 1);
}

// The address of the last byte of a valid region.
inline std::uint64_t last(const Region& r) {
    return r.base + (r.size - 1);
}

inline bool overlap(const Region& a, const Region& b) {
    return a.base <= last(b) && b.base <= last(a);
}

inline bool contains(const Region& outer, const Region& inner) {
    return outer.base <= inner.base && last(inner) <= last(outer);
}

// The next multiple of a power of two; nullopt past 2^64.
inline std::optional<std::uint64_t> align_up(std::uint64_t value, std::uint64_t alignment) {
    const std::uint64_t over = value & (alignment - 1);
    if (over == 0) return value;
    const std::uint64_t add = alignment - over;
    if (value > std::numeric_limits<std::uint64_t>::max() - add) return std::nullopt;
    return value + add;
}

// "0x70000000-0x7000ffff"
inline std::string to_text(const Region& r) {
    return address(r.base) + "-" + address(last(r));
}

inline Region region_of(const MemoryPool& pool) {
    return {pool.base, pool.size};
}

// A pool whose addresses are the hypervisor's to choose: they only tell its grants apart.
inline bool counted(const MemoryPool& pool) {
    return pool.base == 0;
}

}  // namespace phi::board
