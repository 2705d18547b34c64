// SPDX-License-Identifier: Apache-2.0
#include "hypervisor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::size_t at_once = 64;  // domains of one hypercall

void check(bool good, const std::string& what) {
    if (good) return;
    const int number = errno;
    throw Error(Code::hypervisor, what + ": " + sdk::errno_text(number), "", number);
}

// xen/include/public/domctl.h, XEN_SCHEDULER_*.
std::string scheduler_name(std::uint32_t id) {
    switch (id) {
        case XEN_SCHEDULER_CREDIT:
            return "credit";
        case XEN_SCHEDULER_CREDIT2:
            return "credit2";
        case XEN_SCHEDULER_ARINC653:
            return "arinc653";
        case XEN_SCHEDULER_RTDS:
            return "rtds";
        case XEN_SCHEDULER_NULL:
            return "null";
        default:
            return "scheduler " + std::to_string(id);
    }
}

std::string uuid_text(const xen_domain_handle_t handle) {
    std::string out;
    for (std::size_t i = 0; i < sizeof(xen_domain_handle_t); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        std::array<char, 3> byte{};
        std::snprintf(byte.data(), byte.size(), "%02x", handle[i]);
        out += byte.data();
    }
    return out;
}

DomainFacts facts_of(const xc_domaininfo_t& info) {
    const auto has = [&](std::uint32_t flag) { return (info.flags & flag) != 0; };
    const std::uint32_t reason = info.flags >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask;
    DomainFacts out;
    out.domid = info.domain;
    out.uuid = uuid_text(info.handle);
    out.shut_down = has(XEN_DOMINF_shutdown);
    out.powered_off = out.shut_down && reason == SHUTDOWN_poweroff;
    out.dying = has(XEN_DOMINF_dying);
    out.paused = has(XEN_DOMINF_paused);
    out.cpu_ns = info.cpu_time;
    out.memory = (info.tot_pages + info.outstanding_pages) * XC_PAGE_SIZE;
    out.vcpus_online = info.nr_online_vcpus;
    out.vcpus = info.max_vcpu_id == XEN_INVALID_MAX_VCPU_ID ? 0 : info.max_vcpu_id + 1;
    return out;
}

}  // namespace

const char* state_of(const DomainFacts& domain, bool started) {
    if (domain.shut_down) return domain.powered_off ? "stopped" : "failed";
    if (domain.dying) return "stopped";
    if (domain.paused) return started ? "paused" : "created";
    return "running";
}

Hypervisor::Hypervisor() : xc_(xc_interface_open(nullptr, nullptr, 0), &xc_interface_close) {
    check(xc_ != nullptr, "reach the hypervisor");
}

std::string Hypervisor::version() const {
    const int both = xc_version(xc_.get(), XENVER_version, nullptr);
    check(both >= 0, "ask Xen for its version");
    xen_extraversion_t extra{};
    check(xc_version(xc_.get(), XENVER_extraversion, &extra) >= 0, "ask Xen for its version");
    std::string out = std::to_string(both >> 16);
    out.append(".").append(std::to_string(both & 0xffff));
    return out.append(extra, ::strnlen(extra, sizeof extra));
}

std::string Hypervisor::capabilities() const {
    const auto text = std::make_unique<xen_capabilities_info_t[]>(1);
    check(xc_version(xc_.get(), XENVER_capabilities, text.get()) >= 0,
          "ask Xen which guests it runs");
    std::string out(text[0], ::strnlen(text[0], sizeof text[0]));
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string Hypervisor::scheduler() const {
    int id = 0;
    check(xc_sched_id(xc_.get(), &id) == 0, "ask Xen for its scheduler");
    return scheduler_name(static_cast<std::uint32_t>(id));
}

xen_sysctl_physinfo Hypervisor::machine() const {
    xen_sysctl_physinfo out{};
    check(xc_physinfo(xc_.get(), &out) == 0, "ask Xen for the machine");
    return out;
}

std::vector<DomainFacts> Hypervisor::domains() const {
    std::vector<DomainFacts> out;
    std::array<xc_domaininfo_t, at_once> part{};
    for (std::uint32_t first = 0;;) {
        const int count = xc_domain_getinfolist(xc_.get(), first, part.size(), part.data());
        check(count >= 0, "ask Xen for its domains");
        for (int i = 0; i < count; ++i) {
            out.push_back(facts_of(part[static_cast<std::size_t>(i)]));
        }
        if (count < static_cast<int>(part.size())) return out;
        first = out.back().domid + 1;
    }
}

// The hypercall answers for the next one if there is none of that number.
std::optional<DomainFacts> Hypervisor::domain(std::uint32_t domid) const {
    xc_domaininfo_t info{};
    const int count = xc_domain_getinfolist(xc_.get(), domid, 1, &info);
    check(count >= 0, "ask Xen for domain " + std::to_string(domid));
    return count == 1 && info.domain == domid ? std::optional(facts_of(info)) : std::nullopt;
}

DomainFacts Hypervisor::require_domain(std::uint32_t domid) const {
    if (auto found = domain(domid)) return *std::move(found);
    throw Error(Code::not_found, "Xen has no domain " + std::to_string(domid));
}

// nullopt: it has not got one of that number.
std::optional<xc_vcpuinfo_t> Hypervisor::vcpu(std::uint32_t domid, unsigned number) const {
    xc_vcpuinfo_t info{};
    if (xc_vcpu_getinfo(xc_.get(), domid, number, &info) == 0) return info;
    check(errno == ESRCH, "ask Xen for the virtual CPUs of domain " + std::to_string(domid));
    return std::nullopt;
}

std::vector<std::uint64_t> Hypervisor::vcpu_ns(const DomainFacts& domain) const {
    std::vector<std::uint64_t> out;
    for (unsigned i = 0; i < domain.vcpus; ++i) {
        if (const auto info = vcpu(domain.domid, i)) out.push_back(info->cpu_time);
    }
    return out;
}

std::vector<unsigned> Hypervisor::cpus_in(const std::uint8_t* map) const {
    std::vector<unsigned> out;
    const int bytes = xc_get_cpumap_size(xc_.get());
    check(bytes > 0, "ask Xen for its CPUs");
    for (unsigned i = 0; i < static_cast<unsigned>(bytes) * 8; ++i) {
        if ((map[i / 8] >> (i % 8) & 1) != 0) out.push_back(i);
    }
    return out;
}

std::vector<unsigned> Hypervisor::pinned_to(const DomainFacts& domain) const {
    std::vector<unsigned> out;
    const std::unique_ptr<std::uint8_t, void (*)(void*)> map(xc_cpumap_alloc(xc_.get()),
                                                             &std::free);
    check(map != nullptr, "allocate a CPU map");
    for (unsigned i = 0; i < domain.vcpus; ++i) {
        const auto info = vcpu(domain.domid, i);
        if (!info || info->online == 0) continue;
        check(xc_vcpu_getaffinity(xc_.get(), domain.domid, static_cast<int>(i), map.get(), nullptr,
                                  XEN_VCPUAFFINITY_HARD) == 0,
              "ask Xen for the affinity of domain " + std::to_string(domain.domid));
        const std::vector<unsigned> its = cpus_in(map.get());
        out.insert(out.end(), its.begin(), its.end());
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

// Each call answers for the pool of the lowest number that is not below the one asked for.
std::vector<Hypervisor::Pool> Hypervisor::pools() const {
    std::vector<Pool> out;
    for (std::uint32_t next = 0;;) {
        errno = 0;
        xc_cpupoolinfo_t* info = xc_cpupool_getinfo(xc_.get(), next);
        if (info == nullptr) {
            check(errno == ENOENT || errno == 0, "ask Xen for its CPU pools");
            return out;
        }
        out.push_back({info->cpupool_id, scheduler_name(info->sched_id), cpus_in(info->cpumap)});
        xc_cpupool_infofree(xc_.get(), info);
        next = out.back().id + 1;
    }
}

}  // namespace runphi::xen
