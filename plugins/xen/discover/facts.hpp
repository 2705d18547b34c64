// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace runphi::xen {

// What Xen says of the machine: the helper reads it, the plugin makes a board of it.
struct CpuPool {
    std::string name, scheduler;
    std::vector<unsigned> cpus;
};

struct Facts {
    std::string version;       // "4.17.6-pre"
    std::string capabilities;  // "xen-3.0-aarch64 xen-3.0-armv7l"
    std::string scheduler;     // of new pools
    unsigned threads_per_core = 1, cores_per_socket = 1;
    bool iommu = false;               // devices can be assigned with their DMA
    std::uint64_t total = 0;          // bytes of the machine
    std::uint64_t free = 0;           // that no domain and not Xen itself has
    std::uint64_t dom0 = 0;           // that dom0 has
    std::uint64_t ours = 0;           // that domains of ours have
    std::vector<unsigned> dom0_cpus;  // that dom0's virtual CPUs are pinned to; empty: to none
    unsigned dom0_vcpus = 1;
    std::vector<CpuPool> pools;
};

std::string write_facts(const Facts& facts);  // the helper's answer
// Throws Error(invalid) that names the place.
Facts read_facts(std::string_view json);

// The board, JSON (schema/board.json).
std::string board_json(const Facts& facts);

}  // namespace runphi::xen
