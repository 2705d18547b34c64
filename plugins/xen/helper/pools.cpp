// SPDX-License-Identifier: Apache-2.0
#include "pools.hpp"

#include "../domain/identity.hpp"
#include "build.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::uint64_t xen_page = 4096;  // XC_PAGE_SIZE, in which libxl counts

// Pages of dom0's are not counted by the toolstack as it was started, but by what it has.
std::uint64_t memory_of(const libxl_dominfo& info) {
    return (info.current_memkb + info.outstanding_memkb) * 1024;
}

bool is_ours(Xl& xl, const libxl_dominfo& info) {
    char* name = libxl_domid_to_name(xl.get(), info.domid);
    const bool ours = name != nullptr && partition_of(name, uuid_text(info.uuid)).has_value();
    std::free(name);
    return ours;
}

void add_domains(Xl& xl, Facts& facts) {
    int count = 0;
    libxl_dominfo* all = libxl_list_domain(xl.get(), &count);
    if (all == nullptr) throw Error(Code::hypervisor, "Xen does not list its domains");
    for (int i = 0; i < count; ++i) {
        if (all[i].domid == 0) {
            facts.dom0 = memory_of(all[i]);
            facts.dom0_vcpus = all[i].vcpu_online;
        } else if (is_ours(xl, all[i])) {
            facts.ours += memory_of(all[i]);
        }
    }
    libxl_dominfo_list_free(all, count);
}

// The CPUs that all of dom0's virtual CPUs together are pinned to, if those are not all.
void add_dom0_cpus(Xl& xl, Facts& facts, std::size_t cpus) {
    int count = 0, machine = 0;
    libxl_vcpuinfo* all = libxl_list_vcpu(xl.get(), 0, &count, &machine);
    if (all == nullptr) return;
    std::vector<bool> used(cpus);
    for (int i = 0; i < count; ++i) {
        for (const unsigned cpu : cpus_in(all[i].cpumap)) {
            if (all[i].online && cpu < cpus) used[cpu] = true;
        }
    }
    libxl_vcpuinfo_list_free(all, count);
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        if (used[cpu]) facts.dom0_cpus.push_back(cpu);
    }
    if (facts.dom0_cpus.size() == cpus) facts.dom0_cpus.clear();
}

}  // namespace

std::vector<CpuPool> read_pools(Xl& xl) {
    int count = 0;
    libxl_cpupoolinfo* all = libxl_list_cpupool(xl.get(), &count);
    if (all == nullptr) throw Error(Code::hypervisor, "Xen does not list its CPU pools");
    std::vector<CpuPool> out;
    out.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        out.push_back({all[i].pool_name != nullptr ? all[i].pool_name : "",
                       libxl_scheduler_to_string(all[i].sched), cpus_in(all[i].cpumap)});
    }
    libxl_cpupoolinfo_list_free(all, count);
    return out;
}

Facts read_machine(Xl& xl) {
    Facts out;
    const libxl_version_info* version = libxl_get_version_info(xl.get());
    if (version == nullptr) throw Error(Code::hypervisor, "Xen does not tell its version");
    out.version = std::to_string(version->xen_version_major) + "." +
                  std::to_string(version->xen_version_minor) + version->xen_version_extra;
    out.capabilities = version->capabilities;
    PhysicalInfo machine;
    xl.check(libxl_get_physinfo(xl.get(), machine.get()), "ask for the machine");
    out.threads_per_core = machine->threads_per_core;
    out.cores_per_socket = machine->cores_per_socket;
    out.iommu = machine->cap_hvm_directio;
    out.total = machine->total_pages * xen_page;
    out.free = (machine->free_pages + machine->scrub_pages) * xen_page;
    const int scheduler = libxl_get_scheduler(xl.get());
    xl.check(scheduler < 0 ? scheduler : 0, "ask for the scheduler");
    out.scheduler = libxl_scheduler_to_string(static_cast<libxl_scheduler>(scheduler));
    out.pools = read_pools(xl);
    add_domains(xl, out);
    add_dom0_cpus(xl, out, machine->nr_cpus);
    return out;
}

}  // namespace runphi::xen
