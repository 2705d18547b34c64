// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"

#include <cstdlib>

#include "../domain/identity.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

sdk::JsonWriter& begin(sdk::JsonWriter& out) {
    return out.object().field("ok", true);
}

const char* state_of(const libxl_dominfo& info, bool started) {
    if (info.shutdown) {
        return info.shutdown_reason == LIBXL_SHUTDOWN_REASON_POWEROFF ? "stopped" : "failed";
    }
    if (info.dying) return "stopped";
    if (info.paused) return started ? "paused" : "created";
    return "running";
}

}  // namespace

std::string plain_answer() {
    return R"({"ok":true})";
}

std::string failure_answer(const sdk::Error& error) {
    sdk::JsonWriter out;
    out.object().field("code", static_cast<std::uint64_t>(error.code()));
    out.field("error", error.message());
    if (!error.hint().empty()) out.field("hint", error.hint());
    return out.end_object().text();
}

std::string created_answer(std::uint32_t domid) {
    sdk::JsonWriter out;
    return begin(out).field("domid", domid).end_object().text();
}

std::string state_answer(Xl& xl, std::uint32_t domid, bool started) {
    DomainInfo info;
    xl.check(libxl_domain_info(xl.get(), info.get(), domid), "look at the domain");
    sdk::JsonWriter out;
    return begin(out)
        .field("state", state_of(*info.get(), started))
        .field("detail", "domain " + std::to_string(domid))
        .end_object()
        .text();
}

std::string stats_answer(Xl& xl, std::uint32_t domid) {
    DomainInfo info;
    xl.check(libxl_domain_info(xl.get(), info.get(), domid), "look at the domain");
    sdk::JsonWriter out;
    begin(out).field("cpu_ns", info->cpu_time);
    out.field("memory", (info->current_memkb + info->outstanding_memkb) * 1024);
    int count = 0, machine = 0;
    libxl_vcpuinfo* all = libxl_list_vcpu(xl.get(), domid, &count, &machine);
    if (all == nullptr) throw Error(Code::hypervisor, "Xen does not list the domain's CPUs");
    out.array("vcpu_ns");
    for (int i = 0; i < count; ++i) out.value(all[i].vcpu_time);
    libxl_vcpuinfo_list_free(all, count);
    return out.end_array().end_object().text();
}

std::string list_answer(Xl& xl) {
    int count = 0;
    libxl_dominfo* all = libxl_list_domain(xl.get(), &count);
    if (all == nullptr) throw Error(Code::hypervisor, "Xen does not list its domains");
    sdk::JsonWriter out;
    begin(out).array("domains");
    for (int i = 0; i < count; ++i) {
        char* name = libxl_domid_to_name(xl.get(), all[i].domid);
        const auto partition =
            name != nullptr ? partition_of(name, uuid_text(all[i].uuid)) : std::nullopt;
        std::free(name);
        if (!partition) continue;
        // One that has used no time has not been started.
        out.object().field("partition", *partition);
        out.field("state", state_of(all[i], all[i].cpu_time > 0)).end_object();
    }
    libxl_dominfo_list_free(all, count);
    return out.end_array().end_object().text();
}

}  // namespace runphi::xen
