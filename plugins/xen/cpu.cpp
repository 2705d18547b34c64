// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "options.hpp"

namespace runphi::xen {

namespace {

// Public headers of Xen: XEN_LEGACY_MAX_VCPUS and what GICv3 and PVH guests have.
constexpr std::uint64_t most_vcpus = 128;

// As many CPUs as virtual ones: each has one of its own. With more, each may run on all of them.
std::vector<std::vector<unsigned>> affinity_of(const sdk::Plan& plan) {
    std::vector<std::vector<unsigned>> out;
    if (plan.cpus.empty()) return out;
    const bool own = plan.cpus.size() == plan.cpu_count;
    for (std::size_t vcpu = 0; vcpu < plan.cpu_count; ++vcpu) {
        out.emplace_back();
        for (std::size_t i = 0; i < plan.cpus.size(); ++i) {
            if (!own || i == vcpu) out.back().push_back(static_cast<unsigned>(plan.cpus[i]));
        }
    }
    return out;
}

}  // namespace

std::string XenBackend::cpu(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (plan.cpu_count > most_vcpus) {
        throw sdk::Error(sdk::Code::unsupported, std::to_string(plan.cpu_count) +
                                                     " virtual CPUs: a domain has at most " +
                                                     std::to_string(most_vcpus));
    }
    const Options options = read_options(plan);
    CpuPart part;
    part.vcpus = static_cast<unsigned>(plan.cpu_count);
    part.affinity = affinity_of(plan);
    part.pool = options.cpupool;
    part.scheduling = options.scheduling;
    return write_part(part);
}

}  // namespace runphi::xen
