// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../../common/extent.hpp"

// The machine, as a board file describes it for `runphi bao layout` (docs/bao.md): what the layout
// gives away, and what Bao's own description of the platform (src/platform/NAME) says. Addresses
// are physical ones, interrupts INTIDs.
namespace runphi::bao {

using common::Extent;

// How the CPUs keep VMs apart: by page tables (Armv8-A), or by regions of a memory protection unit
// (Armv8-R), where every VM sees physical addresses.
enum class Profile { mmu, mpu };

struct Pool {
    std::string name;
    Extent where;
};

struct HwDevice {
    std::string name;
    std::vector<Extent> registers;
    std::vector<std::uint32_t> interrupts;
    // "backends"."bao"."devices": what a slot's device tree says of it; it is in none without.
    std::vector<std::string> compatible;
    std::optional<std::uint32_t> stream;  // by which the SMMU knows its accesses to memory
    bool dma = false;                     // it accesses memory by itself
};

struct Gic {
    unsigned version = 3;
    std::uint64_t distributor = 0, second = 0;  // of 2 the CPU interface, of 3 the redistributors
    std::uint32_t lines = 0;                    // INTIDs that there are, 32 to 1020
    std::uint32_t maintenance = 0;              // the hypervisor's own PPI
};

struct Smmu {
    Extent registers;
    std::uint32_t interrupt = 0;
};

struct Hardware {
    std::string name;
    std::vector<unsigned> cpus;  // that VMs may get, the root's among them
    std::vector<Pool> pools;     // the same of memory
    std::vector<HwDevice> devices;
    std::vector<std::uint32_t> interrupts;  // that no device raises: for doorbells

    // "backends"."bao"
    std::string platform, version;  // PLATFORM= of Bao's build; the release: "v2.0.0"
    Profile profile = Profile::mmu;
    unsigned cpu_count = 0;       // that Bao's platform description has
    std::vector<Extent> regions;  // all memory that Bao's platform description has
    Extent hypervisor;            // from where it is loaded, with all that it keeps
    Gic gic;
    std::optional<Smmu> smmu;
    std::vector<std::uint32_t> reserved;  // interrupts that are Bao's besides
    std::string boot_medium, reset;       // for people: how to place and to restart it

    const HwDevice* device(std::string_view name) const;
};

// A board file. Throws Error(invalid) that names the place.
Hardware parse_hardware(std::string_view text, const std::string& what);
Hardware read_hardware(const std::string& path);

}  // namespace runphi::bao
