// SPDX-License-Identifier: Apache-2.0
#include "facts.hpp"

#include "../most_cpus.hpp"

namespace runphi::xen {

namespace {

unsigned small(const sdk::Json& json) {
    return static_cast<unsigned>(json.u64(0, UINT32_MAX));
}

void write_cpus(sdk::JsonWriter& out, const char* name, const std::vector<unsigned>& cpus) {
    out.array(name);
    for (const unsigned cpu : cpus) out.value(cpu);
    out.end_array();
}

std::vector<unsigned> read_cpus(const sdk::Json& json) {
    std::vector<unsigned> out;
    for (const sdk::Json& one : json.elements()) {
        out.push_back(static_cast<unsigned>(one.u64(0, most_cpus - 1)));
    }
    return out;
}

}  // namespace

std::string write_facts(const Facts& facts) {
    sdk::JsonWriter out;
    out.object().field("ok", true);
    out.field("version", facts.version).field("capabilities", facts.capabilities);
    out.field("scheduler", facts.scheduler);
    out.field("threads_per_core", facts.threads_per_core);
    out.field("cores_per_socket", facts.cores_per_socket).field("iommu", facts.iommu);
    out.field("total", facts.total).field("free", facts.free);
    out.field("dom0", facts.dom0).field("ours", facts.ours);
    write_cpus(out, "dom0_cpus", facts.dom0_cpus);
    out.field("dom0_vcpus", facts.dom0_vcpus).array("pools");
    for (const CpuPool& one : facts.pools) {
        out.object().field("name", one.name).field("scheduler", one.scheduler);
        write_cpus(out, "cpus", one.cpus);
        out.end_object();
    }
    return out.end_array().end_object().text();
}

Facts read_facts(std::string_view json) {
    const sdk::JsonDocument document(json, "what Xen says of the machine");
    const sdk::Json root = document.root();
    Facts out;
    out.version = root.at("version").string();
    out.capabilities = root.at("capabilities").string();
    out.scheduler = root.at("scheduler").string();
    out.threads_per_core = small(root.at("threads_per_core"));
    out.cores_per_socket = small(root.at("cores_per_socket"));
    out.iommu = root.at("iommu").boolean();
    out.total = root.at("total").u64();
    out.free = root.at("free").u64();
    out.dom0 = root.at("dom0").u64();
    out.ours = root.at("ours").u64();
    out.dom0_cpus = read_cpus(root.at("dom0_cpus"));
    out.dom0_vcpus = small(root.at("dom0_vcpus"));
    for (const sdk::Json& one : root.at("pools").elements()) {
        out.pools.push_back(
            {one.at("name").string(), one.at("scheduler").string(), read_cpus(one.at("cpus"))});
    }
    return out;
}

}  // namespace runphi::xen
