// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "libxc.hpp"

namespace runphi::xen {

// What the hypervisor says of a domain (xen/include/public/domctl.h).
struct DomainFacts {
    std::uint32_t domid = 0;
    std::string uuid;  // "2f5e9a3c-..."
    bool shut_down = false, powered_off = false, dying = false, paused = false;
    std::uint64_t cpu_ns = 0;
    std::uint64_t memory = 0;  // bytes that it has, or has been promised
    unsigned vcpus_online = 0;
    unsigned vcpus = 0;  // that it has, online or not
};

// The state of a domain that has been started, or has not, as a query answers it.
const char* state_of(const DomainFacts& domain, bool started);

// Asked without libxl: by libxenctrl, which is a tenth of it. Nothing is changed, nothing waits for
// xenstored, and each call is one hypercall or a few. Each throws Error(hypervisor).
class Hypervisor {
  public:
    Hypervisor();

    std::string version() const;       // "4.17.6-pre"
    std::string capabilities() const;  // "xen-3.0-aarch64 xen-3.0-armv7l"
    std::string scheduler() const;     // of new pools
    xen_sysctl_physinfo machine() const;

    std::vector<DomainFacts> domains() const;
    std::optional<DomainFacts> domain(std::uint32_t domid) const;
    // Throws Error(not_found).
    DomainFacts require_domain(std::uint32_t domid) const;
    // Nanoseconds that each of its virtual CPUs has run.
    std::vector<std::uint64_t> vcpu_ns(const DomainFacts& domain) const;
    // Physical CPUs that any virtual CPU of it that is online is pinned to, ascending.
    std::vector<unsigned> pinned_to(const DomainFacts& domain) const;

    struct Pool {
        std::uint32_t id = 0;
        std::string scheduler;
        std::vector<unsigned> cpus;
    };
    std::vector<Pool> pools() const;

  private:
    std::vector<unsigned> cpus_in(const std::uint8_t* map) const;
    std::optional<xc_vcpuinfo_t> vcpu(std::uint32_t domid, unsigned number) const;

    std::unique_ptr<xc_interface, int (*)(xc_interface*)> xc_;
};

}  // namespace runphi::xen
