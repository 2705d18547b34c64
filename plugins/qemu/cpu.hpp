// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>
#include <vector>

namespace runphi::qemu {

// What the plan says under parts.cpu.
struct CpuPart {
    std::uint64_t vcpus = 1;
    std::vector<unsigned> pinned_to;  // host CPUs; empty: any
};
CpuPart read_cpus(const sdk::Plan& plan);

}  // namespace runphi::qemu
