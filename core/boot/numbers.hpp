// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// Numbers as annotations and image files write them.
namespace phi::boot {

// "0x80000000" or "2147483648"; no sign, no space, no overflow.
std::optional<std::uint64_t> parse_address(std::string_view digits);

// "67108864", "65536K", "64M" or "1G": K, M and G are KiB, MiB and GiB.
std::optional<std::uint64_t> parse_size(std::string_view size);

}  // namespace phi::boot
