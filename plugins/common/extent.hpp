// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace runphi::common {

// Addresses from `first` to before `end`.
struct Extent {
    std::uint64_t first = 0, end = 0;

    bool overlaps(const Extent& other) const { return first < other.end && other.first < end; }
    bool contains(const Extent& other) const { return first <= other.first && other.end <= end; }
    std::uint64_t size() const { return end - first; }
    bool operator==(const Extent&) const = default;
};

// One that would go past 2^64 ends there.
Extent extent_of(std::uint64_t base, std::uint64_t size);
std::string to_string(const Extent& extent);  // "0x7000-0x7fff", its last address
void subtract(std::vector<Extent>& from, const Extent& what);
// What is in one of each.
std::vector<Extent> intersection(const std::vector<Extent>& a, const std::vector<Extent>& b);

// "0x7000"
std::string hex(std::uint64_t value);

}  // namespace runphi::common
