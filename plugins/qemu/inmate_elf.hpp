// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>

namespace runphi::qemu {

inline constexpr std::uint64_t x86_inmate_address =
    0x100000;  // 1 MiB: the first RAM above the BIOS

// A raw x86 binary as an ELF file that QEMU starts by the PVH protocol: 32-bit protected mode,
// flat segments, paging off, EBX = address of the start info. The result is a sealed memfd.
// Throws if `load` to `load + length`, or the entry, is not below 4 GiB.
sdk::UniqueFd wrap_x86_inmate(int fd, std::uint64_t length, std::uint64_t load,
                              std::uint64_t entry);

}  // namespace runphi::qemu
