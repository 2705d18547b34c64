// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/base/json.hpp"

// What `update` asks for: linux.resources of the OCI configuration, in which zero and what is
// absent mean "as it is".
namespace phi::live {

struct CpuChange {
    std::optional<std::uint64_t> shares, period, burst;
    std::optional<std::int64_t> quota, idle;  // quota -1: none
    std::string cpus, mems;                   // the kernel's lists; empty: unchanged

    bool limits() const { return shares || period || burst || quota || idle; }
};

struct MemoryChange {
    std::optional<std::int64_t> limit, swap, reservation;  // bytes; -1: none
};

struct Change {
    CpuChange cpu;
    MemoryChange memory;
    bool kernel_memory = false;  // asked for a limit that the kernel has no more
};

// Reads the document. What a partition has no use for (processes, block devices, huge pages, ...)
// is accepted when it asks for nothing or for what `config`, linux.resources of the container's own
// configuration, has already: engines send all of it again. Else Error(unsupported) that names it.
Change read_change(const json::Node& asked, const json::Value& config);

// Throws Error(unsupported) naming both sizes if the memory that is asked for is another than the
// container has. `wanted` is what it asked for at create, `granted` what it got, in bytes.
struct MemoryNow {
    std::uint64_t wanted = 0, granted = 0;
};
void check_memory(const MemoryChange& asked, const MemoryNow& now);

// The document that runc makes of the flags of its `update`; `flags` has the values as they were
// typed, by the flags' names without dashes. Throws runc's "invalid value for cpu-period: ...".
std::string resources_of_flags(const std::map<std::string, std::string>& flags);

// A number of bytes as runc's memory flags take it: "512M", "1.5g", "100 KiB", "-1". Throws Go's
// "invalid size: '1x'".
std::int64_t parse_memory(const std::string& size);

}  // namespace phi::live
