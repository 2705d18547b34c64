// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace jailhouse_test {

inline constexpr std::uint64_t mib = 1U << 20;

// The 64 bytes with which an arm64 Image begins.
std::string kernel_image(std::uint64_t image_size, std::uint64_t text_offset = 0);
std::string gzipped(const std::string& bytes);

}  // namespace jailhouse_test
