// SPDX-License-Identifier: Apache-2.0
#include "machine.hpp"

#include "../domain/identity.hpp"
#include "../domains.hpp"
#include "pools.hpp"

namespace runphi::xen {

namespace {

// Of ours by its name, which xenstore has, and its UUID, which the hypervisor itself has.
std::optional<std::string> partition_in(XenStore& store, const DomainFacts& domain) {
    const auto name = store.read("/local/domain/" + std::to_string(domain.domid) + "/name");
    return name ? partition_of(*name, domain.uuid) : std::nullopt;
}

// The CPUs that all of dom0's virtual CPUs together are pinned to; none if those are all.
std::vector<unsigned> dom0_pinned_to(const Hypervisor& hypervisor, const DomainFacts& dom0,
                                     unsigned cpus) {
    std::vector<unsigned> out = hypervisor.pinned_to(dom0);
    // Without pinning the map has bits for CPUs that no machine has.
    while (!out.empty() && out.back() >= cpus) out.pop_back();
    if (out.size() == cpus) out.clear();
    return out;
}

}  // namespace

Facts read_machine(const Hypervisor& hypervisor, XenStore& store) {
    Facts out;
    out.version = hypervisor.version();
    out.capabilities = hypervisor.capabilities();
    out.scheduler = hypervisor.scheduler();
    const xen_sysctl_physinfo machine = hypervisor.machine();
    out.threads_per_core = machine.threads_per_core;
    out.cores_per_socket = machine.cores_per_socket;
    out.iommu = (machine.capabilities & XEN_SYSCTL_PHYSCAP_directio) != 0;
    out.total = machine.total_pages * XC_PAGE_SIZE;
    out.free = (machine.free_pages + machine.scrub_pages) * XC_PAGE_SIZE;
    out.pools = read_pools(hypervisor, store);
    for (const DomainFacts& one : hypervisor.domains()) {
        if (one.domid == 0) {
            out.dom0 = one.memory;
            out.dom0_vcpus = one.vcpus_online;
            out.dom0_cpus = dom0_pinned_to(hypervisor, one, machine.nr_cpus);
        } else if (partition_in(store, one)) {
            out.ours += one.memory;
        }
    }
    return out;
}

std::string list_answer(const Hypervisor& hypervisor, XenStore& store) {
    sdk::JsonWriter out;
    out.object().field("ok", true).array("domains");
    for (const DomainFacts& one : hypervisor.domains()) {
        const auto partition = partition_in(store, one);
        if (!partition) continue;
        // One that has used no time has not been started.
        out.object().field("partition", *partition);
        out.field("state", state_of(one, one.cpu_ns > 0)).end_object();
    }
    return out.end_array().end_object().text();
}

}  // namespace runphi::xen
