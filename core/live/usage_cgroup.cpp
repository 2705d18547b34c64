// SPDX-License-Identifier: Apache-2.0
// The figures of a cgroup, as cgroup v1 (Documentation/admin-guide/cgroup-v1/) and v2
// (cgroup-v2.rst) tell them.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/base/text.hpp"
#include "core/live/usage.hpp"

namespace phi::live {

namespace {

using Table = std::map<std::string, std::uint64_t>;

std::uint64_t at(const Table& table, const std::string& key) {
    const auto found = table.find(key);
    return found == table.end() ? 0 : found->second;
}

std::vector<std::uint64_t> numbers(const std::string& line) {
    std::vector<std::uint64_t> out;
    for (const auto word : split(line, ' '))
        if (const auto number = parse_u64(word)) out.push_back(*number);
    return out;
}

// ---- CPU

void read_cpu_v1(const Cgroup& cgroup, CpuUsage& cpu) {
    const auto tick_ns = 1'000'000'000ULL / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    cpu.total_ns = cgroup.number("cpuacct.usage").value_or(0);
    cpu.per_cpu_ns = numbers(cgroup.read("cpuacct.usage_percpu"));
    const auto times = cgroup.table("cpuacct.stat");
    cpu.user_ns = at(times, "user") * tick_ns;
    cpu.kernel_ns = at(times, "system") * tick_ns;
    // cpu.stat of the cpu controller; that of v2, which may be mounted beside it, counts otherwise.
    if (cgroup.with("cpu.cfs_quota_us") == nullptr) return;
    const auto stat = cgroup.table("cpu.stat");
    cpu.periods = at(stat, "nr_periods");
    cpu.throttled_periods = at(stat, "nr_throttled");
    cpu.throttled_ns = at(stat, "throttled_time");
}

void read_cpu_v2(const Cgroup& cgroup, CpuUsage& cpu) {
    const auto stat = cgroup.table("cpu.stat");
    cpu.total_ns = at(stat, "usage_usec") * 1000;
    cpu.user_ns = at(stat, "user_usec") * 1000;
    cpu.kernel_ns = at(stat, "system_usec") * 1000;
    cpu.periods = at(stat, "nr_periods");
    cpu.throttled_periods = at(stat, "nr_throttled");
    cpu.throttled_ns = at(stat, "throttled_usec") * 1000;
}

void read_cpuset(const Cgroup& cgroup, CpusetUsage& cpuset) {
    const auto list = [&](const char* file) {
        return parse_cpu_list(cgroup.read(file)).value_or(std::vector<unsigned>{});
    };
    cpuset.cpus = list("cpuset.cpus");
    cpuset.mems = list("cpuset.mems");
    for (const char* flag : {"cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate",
                             "memory_spread_page", "memory_spread_slab", "memory_pressure",
                             "sched_load_balance", "sched_relax_domain_level"})
        cpuset.flags[flag] = parse_i64(cgroup.read(text("cpuset.", flag))).value_or(0);
}

// ---- memory

MemoryEntry entry_v1(const Cgroup& cgroup, const std::string& kind) {
    const std::string file = "memory." + kind;
    return {cgroup.number(file + "limit_in_bytes").value_or(0),
            cgroup.number(file + "usage_in_bytes").value_or(0),
            cgroup.number(file + "max_usage_in_bytes").value_or(0),
            cgroup.number(file + "failcnt").value_or(0)};
}

void read_memory_v1(const Cgroup& cgroup, MemoryUsage& memory) {
    memory.usage = entry_v1(cgroup, "");
    memory.swap = entry_v1(cgroup, "memsw.");
    memory.kernel = entry_v1(cgroup, "kmem.");
    memory.kernel_tcp = entry_v1(cgroup, "kmem.tcp.");
    memory.raw = cgroup.table("memory.stat");
    memory.cache = at(memory.raw, "cache");
}

void read_memory_v2(const Cgroup& cgroup, MemoryUsage& memory) {
    memory.usage.usage = cgroup.number("memory.current").value_or(0);
    memory.usage.max = cgroup.number("memory.peak").value_or(0);
    memory.usage.failcnt = at(cgroup.table("memory.events"), "max");
    memory.swap.usage = cgroup.number("memory.swap.current").value_or(0) + memory.usage.usage;
    memory.swap.limit = cgroup.number("memory.swap.max").value_or(0);
    memory.raw = cgroup.table("memory.stat");
    memory.cache = at(memory.raw, "file");
}

// ---- block devices

// "8:16 Read 4096", or without the operation.
std::vector<BlockEntry> parse_block(const std::string& content) {
    std::vector<BlockEntry> entries;
    for (const auto line : split(content, '\n')) {
        const auto words = split(line, ' ');
        const auto colon = words[0].find(':');
        if (words.size() < 2 || colon == std::string_view::npos) continue;  // "Total 4096"
        const auto major = parse_u64(words[0].substr(0, colon));
        const auto minor = parse_u64(words[0].substr(colon + 1));
        const auto value = parse_u64(words.back());
        if (!major || !minor || !value) continue;
        entries.push_back({*major, *minor, std::string(words.size() > 2 ? words[1] : ""), *value});
    }
    return entries;
}

void read_block_v1(const Cgroup& cgroup, Usage& usage) {
    struct Source {
        const char* name;
        const char* file;
    };
    constexpr std::array sources = {
        Source{"ioServiceBytesRecursive", "blkio.throttle.io_service_bytes_recursive"},
        Source{"ioServicedRecursive", "blkio.throttle.io_serviced_recursive"},
        Source{"ioQueueRecursive", "blkio.bfq.io_queued_recursive"},
        Source{"ioServiceTimeRecursive", "blkio.bfq.io_service_time_recursive"},
        Source{"ioWaitTimeRecursive", "blkio.bfq.io_wait_time_recursive"},
        Source{"ioMergedRecursive", "blkio.bfq.io_merged_recursive"},
        Source{"ioTimeRecursive", "blkio.bfq.time_recursive"},
        Source{"sectorsRecursive", "blkio.bfq.sectors_recursive"},
    };
    for (const auto& [name, file] : sources) {
        auto entries = parse_block(cgroup.read(file));
        if (!entries.empty()) usage.block.emplace(name, std::move(entries));
    }
}

// "8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0"
void read_block_v2(const Cgroup& cgroup, Usage& usage) {
    struct Counter {
        std::string_view key;
        const char* op;
        const char* name;
    };
    constexpr const char* bytes = "ioServiceBytesRecursive";
    constexpr const char* operations = "ioServicedRecursive";
    constexpr std::array counters = {
        Counter{"rbytes", "Read", bytes},     Counter{"wbytes", "Write", bytes},
        Counter{"dbytes", "Discard", bytes},  Counter{"rios", "Read", operations},
        Counter{"wios", "Write", operations}, Counter{"dios", "Discard", operations}};
    const std::string content = cgroup.read("io.stat");
    for (const auto line : split(content, '\n')) {
        const auto words = split(line, ' ');
        const auto device = split(words[0], ':');
        if (device.size() != 2 || !parse_u64(device[0]) || !parse_u64(device[1])) continue;
        for (const auto word : words) {
            const auto equals = std::min(word.find('='), word.size());
            const auto value = parse_u64(word.substr(std::min(equals + 1, word.size())));
            for (const auto& counter : counters)
                if (value && word.substr(0, equals) == counter.key)
                    usage.block[counter.name].push_back(
                        {*parse_u64(device[0]), *parse_u64(device[1]), counter.op, *value});
        }
    }
}

// ---- huge pages

void read_hugetlb(const Cgroup& cgroup, Usage& usage) {
    constexpr std::string_view prefix = "hugepages-";
    std::error_code none;
    for (const auto& size : std::filesystem::directory_iterator("/sys/kernel/mm/hugepages", none)) {
        const std::string folder = size.path().filename();
        const auto kib = parse_u64(std::string_view(folder).substr(
            prefix.size(), std::max(folder.size(), prefix.size() + 2) - prefix.size() - 2));
        if (!folder.starts_with(prefix) || !kib) continue;
        const std::string name = *kib >= 1U << 20   ? text(*kib >> 20, "GB")
                                 : *kib >= 1U << 10 ? text(*kib >> 10, "MB")
                                                    : text(*kib, "KB");
        const std::string file = text("hugetlb.", name, '.');
        if (cgroup.with(file + "usage_in_bytes") != nullptr) {
            usage.hugetlb[name] = {cgroup.number(file + "usage_in_bytes").value_or(0),
                                   cgroup.number(file + "max_usage_in_bytes").value_or(0),
                                   cgroup.number(file + "failcnt").value_or(0)};
        } else if (cgroup.with(file + "current") != nullptr) {
            usage.hugetlb[name] = {cgroup.number(file + "current").value_or(0), 0,
                                   at(cgroup.table(file + "events"), "max")};
        }
    }
}

}  // namespace

Usage usage_of_cgroup(const Cgroup& cgroup) {
    Usage usage;
    if (cgroup.with("cpuacct.usage") != nullptr)
        read_cpu_v1(cgroup, usage.cpu);
    else
        read_cpu_v2(cgroup, usage.cpu);
    read_cpuset(cgroup, usage.cpuset);
    if (cgroup.with("memory.usage_in_bytes") != nullptr)
        read_memory_v1(cgroup, usage.memory);
    else if (cgroup.with("memory.current") != nullptr)
        read_memory_v2(cgroup, usage.memory);
    usage.pids = cgroup.number("pids.current").value_or(0);
    usage.pids_limit = cgroup.number("pids.max").value_or(0);
    read_block_v1(cgroup, usage);
    if (usage.block.empty()) read_block_v2(cgroup, usage);
    read_hugetlb(cgroup, usage);
    return usage;
}

}  // namespace phi::live
