// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

// A cell's configuration as the driver and the hypervisor read it: with no check of its length, and
// by offsets of their own (master's and the Omnivisor's), so that no mistake of the backend's own
// reader is hidden here.
namespace fake_jailhouse {

enum class Flavour { master, omnivisor };

struct RawRegion {
    std::uint64_t phys = 0, virt = 0, size = 0, flags = 0;
};

struct RawLink {  // an ivshmem device
    std::uint16_t bdf = 0;
    std::uint32_t regions_start = 0;
    std::uint8_t number = 0, peers = 0;
};

struct RawConfig {
    std::string signature;  // 5 bytes
    std::uint8_t arch = 0;
    std::uint16_t revision = 0;
    std::string name;  // cut to 31 bytes
    std::uint32_t flags = 0;
    std::uint64_t reset_address = 0, reply_timeout = 0;
    std::uint64_t size = 0;  // that the header claims
    std::set<unsigned> cpus, rcpus;
    std::vector<RawRegion> regions;
    std::vector<RawLink> links;
};

std::size_t header_size(Flavour flavour);
// What lies behind the end of `bytes` is 0. Counts past 64 KiB in all give no tables.
RawConfig parse_raw(const std::string& bytes, Flavour flavour);

}  // namespace fake_jailhouse
