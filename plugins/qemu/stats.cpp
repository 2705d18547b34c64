// SPDX-License-Identifier: Apache-2.0
#include "stats.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdint>

#include "backend.hpp"
#include "files.hpp"
#include "mem.hpp"
#include "process.hpp"

namespace runphi::qemu {

CpuTime cpu_time(std::string_view stat) {
    auto at = stat.rfind(')');
    for (int field = 2; field < 14 && at != std::string_view::npos; ++field) {
        at = stat.find(' ', at + 1);
    }
    CpuTime out;
    if (at == std::string_view::npos) return out;
    const char* end = stat.data() + stat.size();
    const auto user = std::from_chars(stat.data() + at + 1, end, out.user_ticks);
    if (user.ptr < end) std::from_chars(user.ptr + 1, end, out.system_ticks);
    return out;
}

std::uint64_t status_bytes(std::string_view status, std::string_view label) {
    auto at = status.find("\n" + std::string(label) + ":");
    if (at == std::string_view::npos) return 0;
    at = status.find_first_of("0123456789", at);
    std::uint64_t kib = 0;
    if (at != std::string_view::npos) {
        std::from_chars(status.data() + at, status.data() + status.size(), kib);
    }
    return kib << 10;
}

// What QEMU's process costs: the guest's CPUs are its threads, and the guest's memory is its own.
std::string QemuBackend::stats(const sdk::Host&, const sdk::Partition& partition) {
    const auto process = process_of(partition);
    if (!process) {
        throw sdk::Error(sdk::Code::not_found, "partition " + partition.name + " is not running");
    }
    const std::string folder = "/proc/" + std::to_string(process->pid) + "/";
    const CpuTime time = cpu_time(read_small(folder + "stat"));
    const std::string status = read_small(folder + "status");
    const auto tick_ns = 1'000'000'000ULL / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    sdk::JsonWriter out;
    out.object().field("format", "runphi.stats/1").object("cpu");
    out.field("total_ns", (time.user_ticks + time.system_ticks) * tick_ns);
    out.field("user_ns", time.user_ticks * tick_ns);
    out.field("system_ns", time.system_ticks * tick_ns).end_object();
    out.object("memory").field("usage", status_bytes(status, "VmRSS"));
    out.field("peak", status_bytes(status, "VmHWM"));
    if (!partition.plan.empty()) out.field("limit", sdk::Plan(partition.plan).memory_size());
    return out.end_object().end_object().text();
}

}  // namespace runphi::qemu
