// SPDX-License-Identifier: Apache-2.0
// The lines of `runc events`: names, order, and what is left out when it is 0, as in the structs of
// runc's types/events.go.
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>

#include "core/live/usage.hpp"

namespace phi::live {

namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void put(Writer& out, const char* key, std::uint64_t value) {
    out.Key(key);
    out.Uint64(value);
}

void put_unless_zero(Writer& out, const char* key, std::uint64_t value) {
    if (value != 0) put(out, key, value);
}

template <typename Numbers>
void put_list(Writer& out, const char* key, const Numbers& numbers) {
    if (numbers.empty()) return;
    out.Key(key);
    out.StartArray();
    for (const auto number : numbers) out.Uint64(number);
    out.EndArray();
}

void put_cpu(Writer& out, const CpuUsage& cpu) {
    out.Key("cpu");
    out.StartObject();
    out.Key("usage");
    out.StartObject();
    put_unless_zero(out, "total", cpu.total_ns);
    put_list(out, "percpu", cpu.per_cpu_ns);
    put(out, "kernel", cpu.kernel_ns);
    put(out, "user", cpu.user_ns);
    out.EndObject();
    out.Key("throttling");
    out.StartObject();
    put_unless_zero(out, "periods", cpu.periods);
    put_unless_zero(out, "throttledPeriods", cpu.throttled_periods);
    put_unless_zero(out, "throttledTime", cpu.throttled_ns);
    out.EndObject();
    out.EndObject();
}

void put_cpuset(Writer& out, const CpusetUsage& cpuset) {
    const auto flag = [&](const char* name) {
        const auto found = cpuset.flags.find(name);
        out.Key(name);
        out.Int64(found == cpuset.flags.end() ? 0 : found->second);
    };
    out.Key("cpuset");
    out.StartObject();
    put_list(out, "cpus", cpuset.cpus);
    flag("cpu_exclusive");
    put_list(out, "mems", cpuset.mems);
    for (const char* name : {"mem_hardwall", "mem_exclusive", "memory_migrate",
                             "memory_spread_page", "memory_spread_slab", "memory_pressure",
                             "sched_load_balance", "sched_relax_domain_level"})
        flag(name);
    out.EndObject();
}

void put_entry(Writer& out, const char* key, const MemoryEntry& entry) {
    out.Key(key);
    out.StartObject();
    put(out, "limit", entry.limit);
    put_unless_zero(out, "usage", entry.usage);
    put_unless_zero(out, "max", entry.max);
    put(out, "failcnt", entry.failcnt);
    out.EndObject();
}

void put_memory(Writer& out, const MemoryUsage& memory) {
    out.Key("memory");
    out.StartObject();
    put_unless_zero(out, "cache", memory.cache);
    put_entry(out, "usage", memory.usage);
    put_entry(out, "swap", memory.swap);
    put_entry(out, "kernel", memory.kernel);
    put_entry(out, "kernelTCP", memory.kernel_tcp);
    if (!memory.raw.empty()) {
        out.Key("raw");
        out.StartObject();
        for (const auto& [key, value] : memory.raw) put(out, key.c_str(), value);
        out.EndObject();
    }
    out.EndObject();
}

void put_block(Writer& out, const Usage& usage) {
    constexpr std::array order = {"ioServiceBytesRecursive", "ioServicedRecursive",
                                  "ioQueueRecursive",        "ioServiceTimeRecursive",
                                  "ioWaitTimeRecursive",     "ioMergedRecursive",
                                  "ioTimeRecursive",         "sectorsRecursive"};
    out.Key("blkio");
    out.StartObject();
    for (const char* name : order) {
        const auto found = usage.block.find(name);
        if (found == usage.block.end()) continue;
        out.Key(name);
        out.StartArray();
        for (const auto& entry : found->second) {
            out.StartObject();
            put_unless_zero(out, "major", entry.major);
            put_unless_zero(out, "minor", entry.minor);
            if (!entry.op.empty()) {
                out.Key("op");
                out.String(entry.op);
            }
            put_unless_zero(out, "value", entry.value);
            out.EndObject();
        }
        out.EndArray();
    }
    out.EndObject();
}

void put_hugetlb(Writer& out, const Usage& usage) {
    out.Key("hugetlb");
    out.StartObject();
    for (const auto& [size, pages] : usage.hugetlb) {
        out.Key(size.c_str());
        out.StartObject();
        put_unless_zero(out, "usage", pages.usage);
        put_unless_zero(out, "max", pages.max);
        put(out, "failcnt", pages.failcnt);
        out.EndObject();
    }
    out.EndObject();
}

void put_network(Writer& out, const Usage& usage) {
    out.Key("network_interfaces");
    if (usage.network.empty()) {
        out.Null();
        return;
    }
    out.StartArray();
    for (const auto& one : usage.network) {
        out.StartObject();
        out.Key("Name");
        out.String(one.name);
        put(out, "RxBytes", one.rx_bytes);
        put(out, "RxPackets", one.rx_packets);
        put(out, "RxErrors", one.rx_errors);
        put(out, "RxDropped", one.rx_dropped);
        put(out, "TxBytes", one.tx_bytes);
        put(out, "TxPackets", one.tx_packets);
        put(out, "TxErrors", one.tx_errors);
        put(out, "TxDropped", one.tx_dropped);
        out.EndObject();
    }
    out.EndArray();
}

// runc has no such member: it is behind all others, and only where there are partitions.
void put_exits(Writer& out, const Usage& usage) {
    if (usage.vm_exits.empty()) return;
    out.Key("vm_exits");
    out.StartObject();
    for (const auto& [reason, count] : usage.vm_exits) put(out, reason.c_str(), count);
    out.EndObject();
}

void begin_event(Writer& out, const char* type, const std::string& id) {
    out.StartObject();
    out.Key("type");
    out.String(type);
    out.Key("id");
    out.String(id);
}

}  // namespace

std::string stats_event(const std::string& id, const Usage& usage) {
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    begin_event(out, "stats", id);
    out.Key("data");
    out.StartObject();
    put_cpu(out, usage.cpu);
    put_cpuset(out, usage.cpuset);
    put_memory(out, usage.memory);
    out.Key("pids");
    out.StartObject();
    put_unless_zero(out, "current", usage.pids);
    put_unless_zero(out, "limit", usage.pids_limit);
    out.EndObject();
    put_block(out, usage);
    put_hugetlb(out, usage);
    out.Key("intel_rdt");
    out.StartObject();
    out.EndObject();
    put_network(out, usage);
    put_exits(out, usage);
    out.EndObject();
    out.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

std::string oom_event(const std::string& id) {
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    begin_event(out, "oom", id);
    out.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace phi::live
