// SPDX-License-Identifier: Apache-2.0
#include "config.hpp"

#include <algorithm>

#include "../most_cpus.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

unsigned small(const sdk::Json& json, std::uint64_t low, std::uint64_t high) {
    return static_cast<unsigned>(json.u64(low, high));
}

std::optional<unsigned> small_if_there(const sdk::Json& object, const char* name) {
    const auto member = object.find(name);
    return member ? std::optional(small(*member, 0, UINT32_MAX)) : std::nullopt;
}

std::vector<sdk::Json> list(const sdk::Json& object, const char* name) {
    const auto member = object.find(name);
    return member ? member->elements() : std::vector<sdk::Json>();
}

void write_if_there(sdk::JsonWriter& out, const char* name, const std::optional<unsigned>& value) {
    if (value) out.field(name, *value);
}

void write_pages(sdk::JsonWriter& out, const char* name, const std::vector<PageRange>& ranges) {
    out.array(name);
    for (const PageRange& one : ranges) {
        out.object().field("first", one.first).field("count", one.count);
        out.field("guest_first", one.guest_first).end_object();
    }
    out.end_array();
}

std::vector<PageRange> read_pages(const sdk::Json& object, const char* name) {
    std::vector<PageRange> out;
    for (const sdk::Json& one : list(object, name)) {
        out.push_back({one.at("first").u64(), one.at("count").u64(1), one.at("guest_first").u64()});
    }
    return out;
}

Scheduling read_scheduling(const sdk::Json& json) {
    Scheduling out;
    out.scheduler = json.string_or("scheduler", {});
    out.weight = small_if_there(json, "weight");
    out.cap = small_if_there(json, "cap");
    out.period = small_if_there(json, "period");
    out.budget = small_if_there(json, "budget");
    return out;
}

}  // namespace

// ---- the parts

std::string write_part(const CpuPart& part) {
    sdk::JsonWriter out;
    out.object().field("vcpus", part.vcpus).array("affinity");
    for (const auto& cpus : part.affinity) {
        out.array();
        for (const unsigned cpu : cpus) out.value(cpu);
        out.end_array();
    }
    out.end_array();
    if (!part.pool.empty()) out.field("pool", part.pool);
    const Scheduling& how = part.scheduling;
    out.object("scheduling");
    if (!how.scheduler.empty()) out.field("scheduler", how.scheduler);
    write_if_there(out, "weight", how.weight);
    write_if_there(out, "cap", how.cap);
    write_if_there(out, "period", how.period);
    write_if_there(out, "budget", how.budget);
    return out.end_object().end_object().text();
}

CpuPart read_cpu(const sdk::Json& part) {
    CpuPart out;
    out.vcpus = small(part.at("vcpus"), 1, most_cpus);
    for (const sdk::Json& one : part.at("affinity").elements()) {
        out.affinity.emplace_back();
        for (const sdk::Json& cpu : one.elements()) {
            out.affinity.back().push_back(small(cpu, 0, most_cpus - 1));
        }
    }
    if (!out.affinity.empty() && out.affinity.size() != out.vcpus) {
        throw Error(Code::invalid, part.path() + ".affinity: not as many as virtual CPUs");
    }
    out.pool = part.string_or("pool", {});
    out.scheduling = read_scheduling(part.at("scheduling"));
    return out;
}

std::string write_part(const MemPart& part) {
    return sdk::JsonWriter().object().field("kib", part.kib).end_object().text();
}

MemPart read_mem(const sdk::Json& part) {
    return {part.at("kib").u64(1)};
}

std::string write_part(const DevPart& part) {
    sdk::JsonWriter out;
    out.object();
    write_pages(out, "iomem", part.iomem);
    out.array("irqs");
    for (const unsigned irq : part.irqs) out.value(irq);
    out.end_array().array("dtdevs");
    for (const std::string& path : part.dtdevs) out.value(path);
    out.end_array();
    if (!part.device_tree.empty()) out.field("device_tree", part.device_tree);
    if (part.nodes.empty()) return out.end_object().text();
    out.array("nodes");
    for (const DevPart::Node& node : part.nodes) {
        out.object().field("path", node.path).array("irqs");
        for (const unsigned irq : node.irqs) out.value(irq);
        out.end_array().end_object();
    }
    out.end_array();
    return out.end_object().text();
}

DevPart read_dev(const sdk::Json& part) {
    DevPart out;
    out.iomem = read_pages(part, "iomem");
    for (const sdk::Json& one : list(part, "irqs")) out.irqs.push_back(small(one, 0, UINT32_MAX));
    for (const sdk::Json& one : list(part, "dtdevs")) out.dtdevs.push_back(one.string());
    out.device_tree = part.string_or("device_tree", {});
    if (!part.find("nodes")) return out;
    for (const sdk::Json& one : list(part, "nodes")) {
        DevPart::Node& node = out.nodes.emplace_back();
        node.path = one.at("path").string();
        for (const sdk::Json& irq : list(one, "irqs")) {
            node.irqs.push_back(small(irq, 0, UINT32_MAX));
        }
    }
    return out;
}

std::string write_part(const NetPart& part) {
    sdk::JsonWriter out;
    out.object().array("vifs");
    for (const Vif& one : part.vifs) {
        out.object().field("mac", one.mac).field("bridge", one.bridge);
        out.field("device", one.device).field("script", one.script).end_object();
    }
    return out.end_array().end_object().text();
}

bool has_container_vifs(const NetPart& net) {
    return std::any_of(net.vifs.begin(), net.vifs.end(),
                       [](const Vif& one) { return !one.device.empty(); });
}

NetPart read_net(const sdk::Json& part) {
    NetPart out;
    for (const sdk::Json& one : list(part, "vifs")) {
        out.vifs.push_back({one.at("mac").string(), one.string_or("bridge", {}),
                            one.string_or("device", {}), one.string_or("script", {})});
    }
    return out;
}

std::string write_part(const CommPart& part) {
    sdk::JsonWriter out;
    out.object().field("vuart", part.vuart).field("agent", part.agent);
    write_pages(out, "channels", part.channels);
    return out.end_object().text();
}

CommPart read_comm(const sdk::Json& part) {
    return {part.at("vuart").boolean(), part.at("agent").boolean(), read_pages(part, "channels")};
}

std::string write_part(const BootPart& part) {
    sdk::JsonWriter out;
    out.object().field("inmate", part.inmate).field("cmdline", part.cmdline);
    if (part.raw) {
        out.object("raw").field("load", part.raw->load).field("entry", part.raw->entry);
        out.end_object();
    }
    return out.end_object().text();
}

BootPart read_boot(const sdk::Json& part) {
    BootPart out;
    out.inmate = part.at("inmate").boolean();
    out.cmdline = part.at("cmdline").string();
    if (const auto raw = part.find("raw")) {
        out.raw = BootPart::Raw{raw->at("load").u64(), raw->at("entry").u64()};
    }
    return out;
}

// ---- the whole

namespace {

DomainConfig read_stages(const sdk::Json& parts) {
    DomainConfig out;
    out.pv = parts.at("begin").at("pv").boolean();
    out.cpu = read_cpu(parts.at("cpu"));
    out.mem = read_mem(parts.at("mem"));
    if (const auto dev = parts.find("dev")) out.dev = read_dev(*dev);
    if (const auto net = parts.find("net")) out.net = read_net(*net);
    out.comm = read_comm(parts.at("comm"));
    out.boot = read_boot(parts.at("boot"));
    return out;
}

void write_raw(sdk::JsonWriter& out, const char* name, const std::string& json) {
    const sdk::JsonDocument document(json, name);
    out.field(name, document.root().value());
}

}  // namespace

DomainConfig read_parts(const sdk::Plan& plan) {
    return read_stages(plan.root().at("parts"));
}

std::string write_domain(const DomainConfig& domain) {
    sdk::JsonWriter out;
    out.object().field("name", domain.name).field("uuid", domain.uuid);
    out.field("kernel", domain.kernel).field("ramdisk", domain.ramdisk);
    out.field("device_tree", domain.device_tree);
    if (domain.disk) {
        out.object("disk").field("device", domain.disk->device);
        out.field("script", domain.disk->script).field("writable", domain.disk->writable);
        out.end_object();
    }
    out.object("parts").object("begin").field("pv", domain.pv).end_object();
    write_raw(out, "cpu", write_part(domain.cpu));
    write_raw(out, "mem", write_part(domain.mem));
    write_raw(out, "dev", write_part(domain.dev));
    write_raw(out, "net", write_part(domain.net));
    write_raw(out, "comm", write_part(domain.comm));
    write_raw(out, "boot", write_part(domain.boot));
    return out.end_object().end_object().text();
}

DomainConfig read_domain(std::string_view json) {
    const sdk::JsonDocument document(json, "domain");
    const sdk::Json root = document.root();
    DomainConfig out = read_stages(root.at("parts"));
    out.name = root.at("name").string();
    out.uuid = root.at("uuid").string();
    out.kernel = root.at("kernel").string();
    out.ramdisk = root.at("ramdisk").string();
    out.device_tree = root.at("device_tree").string();
    if (const auto disk = root.find("disk")) {
        out.disk = Disk{disk->at("device").string(), disk->at("script").string(),
                        disk->at("writable").boolean()};
    }
    return out;
}

}  // namespace runphi::xen
