// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace runphi::qemu {

struct CpuTime {
    std::uint64_t user_ticks = 0, system_ticks = 0;  // of sysconf(_SC_CLK_TCK)
};
// From /proc/PID/stat.
CpuTime cpu_time(std::string_view stat);
// Bytes of "VmRSS:  1234 kB" and the like in /proc/PID/status; 0 if there is none.
std::uint64_t status_bytes(std::string_view status, std::string_view label);

}  // namespace runphi::qemu
