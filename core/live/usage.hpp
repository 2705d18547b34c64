// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/backend/backend.hpp"
#include "core/board/grant.hpp"
#include "core/container/store.hpp"
#include "core/live/cgroup.hpp"

// What a container uses, in the terms of `runc events` (runc's package types): its cgroup's figures
// where it has one of its own, because they are what it costs this machine, and for the rest what
// its backend counts. 0 is "not known" wherever runc leaves a member out for it.
namespace phi::live {

struct CpuUsage {
    std::uint64_t total_ns = 0, kernel_ns = 0, user_ns = 0;
    std::vector<std::uint64_t> per_cpu_ns;
    std::uint64_t periods = 0, throttled_periods = 0, throttled_ns = 0;
};

struct CpusetUsage {
    std::vector<unsigned> cpus, mems;
    std::map<std::string, std::int64_t> flags;  // by their names in runc's document
};

struct MemoryEntry {
    std::uint64_t limit = 0, usage = 0, max = 0, failcnt = 0;  // bytes; a count
};

struct MemoryUsage {
    std::uint64_t cache = 0;
    MemoryEntry usage, swap, kernel, kernel_tcp;
    std::map<std::string, std::uint64_t> raw;
};

struct BlockEntry {
    std::uint64_t major = 0, minor = 0;
    std::string op;
    std::uint64_t value = 0;
};

struct Hugetlb {
    std::uint64_t usage = 0, max = 0, failcnt = 0;
};

struct NetworkUsage {
    std::string name;
    std::uint64_t rx_bytes = 0, rx_packets = 0, rx_errors = 0, rx_dropped = 0;
    std::uint64_t tx_bytes = 0, tx_packets = 0, tx_errors = 0, tx_dropped = 0;
};

struct Usage {
    CpuUsage cpu;
    CpusetUsage cpuset;
    MemoryUsage memory;
    std::uint64_t pids = 0, pids_limit = 0;
    std::map<std::string, std::vector<BlockEntry>> block;  // by their names in runc's document
    std::map<std::string, Hugetlb> hugetlb;                // by page size, "2MB"
    std::vector<NetworkUsage> network;
    std::map<std::string, std::uint64_t> vm_exits;  // by reason; of partitions only
};

// All of it, now. The memory limit is the size of the grant.
Usage usage(const container::Container& container, const backend::Backend& backend,
            const Cgroup& cgroup);

// The parts of usage(): what the cgroup tells, and then, of what is not known yet, what a document
// of runphi.stats/1 tells. Throws Error(invalid) that names `what` for one that is none.
Usage usage_of_cgroup(const Cgroup& cgroup);
void add_backend_stats(const std::string& stats, const std::string& what, Usage& usage);

// runc's lines: {"type":"stats","id":...,"data":{...}} and {"type":"oom","id":...}.
std::string stats_event(const std::string& id, const Usage& usage);
std::string oom_event(const std::string& id);

}  // namespace phi::live
