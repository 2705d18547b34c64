// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>

namespace runphi::qemu {

inline constexpr std::uint64_t memory_alignment = 1U << 20;  // QEMU counts the guest's RAM in MiB
inline constexpr std::uint64_t memory_minimum = 8U << 20;

// What the plan says under parts.mem.
struct MemPart {
    std::uint64_t bytes = 0;
    bool prealloc = false;
};
MemPart read_memory(const sdk::Plan& plan);

// All images but a disk lie in the guest's memory at once. Throws Error(invalid) if they do not
// fit.
void check_images_fit(const std::vector<sdk::Image>& images, std::uint64_t memory);

}  // namespace runphi::qemu
