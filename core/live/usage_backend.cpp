// SPDX-License-Identifier: Apache-2.0
// The figures of a backend: a document of runphi.stats/1 (plugin-api/schema/stats.json).
#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/live/usage.hpp"

namespace phi::live {

namespace {

constexpr const char* stats_format = "runphi.stats/1";

// Only what is not known yet.
void fill(std::uint64_t& to, const json::Node& object, const char* name) {
    const auto value = object.opt_u64(name);
    if (value && to == 0) to = *value;
}

void add_cpu(const json::Node& node, CpuUsage& cpu) {
    fill(cpu.total_ns, node, "total_ns");
    fill(cpu.user_ns, node, "user_ns");
    fill(cpu.kernel_ns, node, "system_ns");
    const auto list = node.find("per_cpu_ns");
    if (!list || !cpu.per_cpu_ns.empty()) return;
    list->each([&](const json::Node& one) { cpu.per_cpu_ns.push_back(one.as_u64()); });
}

void add_cpuset(const json::Node& node, CpusetUsage& cpuset) {
    const auto owned = node.find("owned");
    if (!owned || !cpuset.cpus.empty()) return;
    owned->each(
        [&](const json::Node& one) { cpuset.cpus.push_back(static_cast<unsigned>(one.as_u64())); });
}

void add_block(const json::Node& node, Usage& usage) {
    if (!usage.block.empty()) return;
    const auto add = [&](const char* key, const char* op, const char* name) {
        if (const auto value = node.opt_u64(key)) usage.block[name].push_back({0, 0, op, *value});
    };
    add("read_bytes", "Read", "ioServiceBytesRecursive");
    add("write_bytes", "Write", "ioServiceBytesRecursive");
    add("read_ops", "Read", "ioServicedRecursive");
    add("write_ops", "Write", "ioServicedRecursive");
}

NetworkUsage interface(const json::Node& node) {
    NetworkUsage out;
    out.name = node.at("name").as_string();
    fill(out.rx_bytes, node, "rx_bytes");
    fill(out.rx_packets, node, "rx_packets");
    fill(out.rx_errors, node, "rx_errors");
    fill(out.rx_dropped, node, "rx_dropped");
    fill(out.tx_bytes, node, "tx_bytes");
    fill(out.tx_packets, node, "tx_packets");
    fill(out.tx_errors, node, "tx_errors");
    fill(out.tx_dropped, node, "tx_dropped");
    return out;
}

void add_all(const json::Node& root, Usage& usage) {
    if (root.at("format").as_string() != stats_format)
        root.at("format").fail(text("expected ", phi::quoted(stats_format)));
    if (const auto cpu = root.find("cpu")) {
        add_cpu(*cpu, usage.cpu);
        add_cpuset(*cpu, usage.cpuset);
    }
    if (const auto memory = root.find("memory")) {
        fill(usage.memory.usage.usage, *memory, "usage");
        fill(usage.memory.usage.max, *memory, "peak");
    }
    if (const auto block = root.find("block")) add_block(*block, usage);
    if (const auto network = root.find("network"))
        network->each([&](const json::Node& one) { usage.network.push_back(interface(one)); });
    if (const auto exits = root.find("exits")) {
        exits->members([&](const std::string& reason, const json::Node& count) {
            usage.vm_exits.emplace(reason, count.as_u64());
        });
    }
}

}  // namespace

void add_backend_stats(const std::string& stats, const std::string& what, Usage& usage) {
    const json::Document document = json::parse(stats, what);
    try {
        add_all(json::Node(document, ""), usage);
    } catch (const Error& error) {
        throw error.within(what);
    }
}

}  // namespace phi::live
