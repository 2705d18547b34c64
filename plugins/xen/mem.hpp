// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace runphi::xen {

// Bytes. xl counts whole MiB, and a domain of ours is one that xl can make, too.
inline constexpr std::uint64_t memory_alignment = 1U << 20, memory_minimum = 8U << 20;

}  // namespace runphi::xen
