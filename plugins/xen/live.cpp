// SPDX-License-Identifier: Apache-2.0
// What can be had of a domain while it lives.
#include "backend.hpp"
#include "domain/config.hpp"
#include "helper_client.hpp"
#include "request.hpp"
#include "settings.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

std::string XenBackend::stats(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    const std::string answer =
        ask_helper(partition, request_of(op::stats), patience_ms(host, settings));
    const sdk::JsonDocument document(answer, "the helper's answer");
    const sdk::Json root = document.root();
    sdk::JsonWriter out;
    out.object().field("format", "runphi.stats/1").object("cpu");
    out.field("total_ns", root.at("cpu_ns").u64());
    out.field("per_cpu_ns", root.at("vcpu_ns").value()).end_object();
    out.object("memory").field("usage", root.at("memory").u64());
    if (!partition.plan.empty()) out.field("limit", sdk::Plan(partition.plan).memory_size());
    return out.end_object().end_object().text();
}

// A domain is made with its virtual CPUs, and its memory is never more or less.
std::string XenBackend::update(const sdk::Host& host, const sdk::Partition& partition,
                               std::string_view plan) {
    const sdk::Plan before(partition.plan), after(plan);
    if (before.cpu_count != after.cpu_count || before.memory_size() != after.memory_size()) {
        throw Error(Code::unsupported, "a domain keeps its number of virtual CPUs, " +
                                           std::to_string(before.cpu_count) + ", and its memory, " +
                                           std::to_string(before.memory_size()) +
                                           " bytes, as long as it lives");
    }
    const auto part = after.part("cpu");
    if (!part) throw Error(Code::invalid, "plan.parts.cpu: missing");
    const std::string request = sdk::JsonWriter()
                                    .object()
                                    .field("op", op::update)
                                    .field("cpu", part->value())
                                    .end_object()
                                    .text();
    const Settings settings = Settings::parse(host.settings());
    ask_helper(partition, request, patience_ms(host, settings));
    return {};
}

}  // namespace runphi::xen
