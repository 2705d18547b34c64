// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "../../common/extent.hpp"

// What the values and bits of configurations are called: in cell-config.h and console.h of
// Jailhouse, and in tables for people.
namespace runphi::jailhouse {

struct Name {
    std::uint64_t value;
    const char* constant;  // in C
    const char* word;      // for people
};

struct Names {
    bool bits;  // each a bit, or a group of bits, of the value; else each a value
    const Name* list;
    std::size_t count;

    const Name* begin() const { return list; }
    const Name* end() const { return list + count; }
};

extern const Names console_types, console_flags, region_flags, cache_types, cache_flags, pci_types,
    msi_bits, capability_flags, cell_flags, iommu_types, system_flags;

// A C expression: "JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | 0x1000".
std::string c_expression(std::uint64_t value, const Names& names);
// "read write 0x1000"; of a value that has no name, the number; of no bits, "-".
std::string words(std::uint64_t value, const Names& names);

using common::hex;

}  // namespace runphi::jailhouse
