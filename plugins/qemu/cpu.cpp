// SPDX-License-Identifier: Apache-2.0
#include "cpu.hpp"

#include "backend.hpp"
#include "machine.hpp"

namespace runphi::qemu {

CpuPart read_cpus(const sdk::Plan& plan) {
    const auto part = plan.part("cpu");
    if (!part) throw sdk::Error(sdk::Code::invalid, "plan.parts.cpu: missing");
    CpuPart out;
    out.vcpus = part->at("vcpus").u64(1, 8192);
    for (const sdk::Json& one : part->at("pinned_to").elements()) {
        out.pinned_to.push_back(static_cast<unsigned>(one.u64(0, 8191)));
    }
    return out;
}

// CPUs that the grant names are the partition's own: its vCPUs are pinned to them at create.
std::string QemuBackend::cpu(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    const std::uint64_t most = facts_of(plan.arch).max_vcpus;
    if (plan.cpu_count > most) {
        throw sdk::Error(sdk::Code::unsupported,
                         std::to_string(plan.cpu_count) + " virtual CPUs: QEMU's " + plan.arch +
                             " machine has at most " + std::to_string(most));
    }
    sdk::JsonWriter part;
    part.object().field("vcpus", plan.cpu_count).array("pinned_to");
    for (const std::uint64_t cpu : plan.cpus) part.value(cpu);
    return part.end_array().end_object().text();
}

}  // namespace runphi::qemu
