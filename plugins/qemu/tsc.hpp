// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cache.hpp"

namespace runphi::qemu {

// The rate, in kHz, of the time stamp counter that QEMU's TCG shows an x86 guest: the host's own on
// x86, nanoseconds elsewhere (cpu_get_host_ticks in include/qemu/timer.h). Measured once a boot.
std::uint64_t guest_tsc_khz(const Cache& cache);

}  // namespace runphi::qemu
