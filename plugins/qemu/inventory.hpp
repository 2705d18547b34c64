// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runphi::qemu {

// Bytes of "MemTotal:  24684000 kB" in /proc/meminfo.
std::optional<std::uint64_t> memory_total(std::string_view meminfo);

// What partitions may have of a machine's memory: all but a part that the host keeps for itself. A
// function of the total alone, because the board must not change with what runs on it.
std::uint64_t partition_memory(std::uint64_t total);

}  // namespace runphi::qemu
