// SPDX-License-Identifier: Apache-2.0
#include "inventory.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "backend.hpp"
#include "files.hpp"
#include "mem.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::size_t cpus_max = 8192;

// The CPUs that this process may use, as the kernel writes lists of CPUs: "0-3,8".
std::string allowed_cpus() {
    const auto free_set = [](cpu_set_t* set) { CPU_FREE(set); };
    const std::unique_ptr<cpu_set_t, decltype(free_set)> set(CPU_ALLOC(cpus_max), free_set);
    const std::size_t size = CPU_ALLOC_SIZE(cpus_max);
    if (!set || ::sched_getaffinity(0, size, set.get()) != 0) {
        throw sdk::os_error("sched_getaffinity");
    }
    std::string out;
    for (std::size_t first = 0; first < cpus_max; ++first) {
        if (!CPU_ISSET_S(first, size, set.get())) continue;
        std::size_t last = first;
        while (last + 1 < cpus_max && CPU_ISSET_S(last + 1, size, set.get())) ++last;
        if (!out.empty()) out += ',';
        out += std::to_string(first);
        if (last > first) out += "-" + std::to_string(last);
        first = last;
    }
    return out;
}

}  // namespace

std::optional<std::uint64_t> memory_total(std::string_view meminfo) {
    constexpr std::string_view label = "MemTotal:";
    auto at = meminfo.find(label);
    if (at == std::string_view::npos) return std::nullopt;
    at = meminfo.find_first_not_of(' ', at + label.size());
    if (at == std::string_view::npos) return std::nullopt;
    std::uint64_t kib = 0;
    const auto parsed = std::from_chars(meminfo.data() + at, meminfo.data() + meminfo.size(), kib);
    if (parsed.ec != std::errc() || kib > (UINT64_MAX >> 10)) return std::nullopt;
    return kib << 10;
}

std::uint64_t partition_memory(std::uint64_t total) {
    constexpr std::uint64_t least = 256ULL << 20, most = 4ULL << 30;
    // A machine that small keeps half.
    const std::uint64_t kept = total < 2 * least ? total / 2 : std::clamp(total / 8, least, most);
    return (total - kept) / memory_alignment * memory_alignment;
}

std::string QemuBackend::inventory(const sdk::Host&) {
    const auto total = memory_total(read_small("/proc/meminfo"));
    if (!total || partition_memory(*total) < memory_minimum) {
        throw Error(Code::io, "/proc/meminfo does not tell how much memory this machine has");
    }
    sdk::JsonWriter board;
    board.object().field("format", "runphi.board/1").field("name", "QEMU on this machine");
    board.object("cpus").field("ids", allowed_cpus()).field("exclusive", false).end_object();
    board.object("memory").array("pools");
    board.object()
        .field("name", "host-ram")
        .field("base", 0)
        .field("size", partition_memory(*total))
        .end_object();
    board.end_array().field("alignment", memory_alignment).field("minimum", memory_minimum);
    board.end_object();
    board.object("limits").field("name_max", 200).end_object();
    return board.end_object().text();
}

}  // namespace runphi::qemu
