// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"

namespace runphi::xen {

namespace {

sdk::JsonWriter& begin(sdk::JsonWriter& out) {
    return out.object().field("ok", true);
}

}  // namespace

std::string plain_answer() {
    return R"({"ok":true})";
}

std::string created_answer(std::uint32_t domid) {
    sdk::JsonWriter out;
    return begin(out).field("domid", domid).end_object().text();
}

std::string state_answer(const Hypervisor& hypervisor, std::uint32_t domid, bool started) {
    sdk::JsonWriter out;
    return begin(out)
        .field("state", state_of(hypervisor.require_domain(domid), started))
        .field("detail", "domain " + std::to_string(domid))
        .end_object()
        .text();
}

std::string stats_answer(const Hypervisor& hypervisor, std::uint32_t domid) {
    const DomainFacts domain = hypervisor.require_domain(domid);
    sdk::JsonWriter out;
    begin(out).field("cpu_ns", domain.cpu_ns).field("memory", domain.memory);
    out.array("vcpu_ns");
    for (const std::uint64_t ns : hypervisor.vcpu_ns(domain)) out.value(ns);
    return out.end_array().end_object().text();
}

}  // namespace runphi::xen
