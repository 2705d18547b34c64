// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "domain/config.hpp"

namespace runphi::xen {

inline constexpr std::uint64_t page_size = 4096;

// Throws Error(invalid), which begins with `what`, if one of these is not whole pages: Xen gives
// away nothing smaller, and what else is in the page would go with it.
PageRange whole_pages(std::uint64_t base, std::uint64_t size, std::uint64_t guest_base,
                      const std::string& what);
std::string address(std::uint64_t value);  // "0x9010000"

}  // namespace runphi::xen
