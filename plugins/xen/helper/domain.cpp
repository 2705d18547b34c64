// SPDX-License-Identifier: Apache-2.0
#include "domain.hpp"

#include <chrono>

#include "../domain/pool_choice.hpp"
#include "../hypervisor/pools.hpp"
#include "../presence/toolstack.hpp"
#include "build.hpp"
#include "patience.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

// xenconsoled looks for a console after libxl has made it, seconds later on a busy machine.
constexpr auto xenconsoled_patience = std::chrono::seconds(20);

std::string mib(std::uint64_t kib) {
    return std::to_string(kib / 1024) + " MiB";
}

// Xen's own refusal comes late, and names no figure.
void require_memory(Xl& xl, libxl_domain_config* config) {
    std::uint64_t needed = 0, there = 0;
    xl.check(libxl_domain_need_memory(xl.get(), config, static_cast<std::uint32_t>(INVALID_DOMID),
                                      &needed),
             "reckon the domain's memory");
    xl.check(libxl_get_free_memory(xl.get(), &there), "ask for free memory");
    if (needed <= there) return;
    throw Error(Code::no_resource,
                "the domain needs " + mib(needed) + ", and Xen has " + mib(there) + " free",
                "give it less memory, or limit dom0 by dom0_mem=SIZE,max:SIZE on Xen's command "
                "line");
}

std::vector<CpuPool> pools_of(const Hypervisor& hypervisor) {
    XenStore store = require_xenstore(Settings(), store_patience);
    return read_pools(hypervisor, store);
}

unsigned cpus_of(const Hypervisor& hypervisor) {
    return hypervisor.machine().max_cpu_id + 1;
}

}  // namespace

std::uint32_t make_domain(Xl& xl, const Hypervisor& hypervisor, DomainConfig domain) {
    domain.cpu.pool = choose_pool(pools_of(hypervisor), domain.cpu);
    LibxlConfig config;
    build_config(domain, cpus_of(hypervisor), config.get());
    require_memory(xl, config.get());
    std::uint32_t domid = 0;
    xl.forget_words();
    xl.check(libxl_domain_create_new(xl.get(), config.get(), &domid, nullptr, nullptr),
             "make domain " + domain.name);
    return domid;
}

void move_cpus(Xl& xl, const Hypervisor& hypervisor, std::uint32_t domid, const CpuPart& cpu) {
    choose_pool(pools_of(hypervisor), cpu);
    const unsigned cpus = cpus_of(hypervisor);
    for (unsigned vcpu = 0; vcpu < cpu.vcpus; ++vcpu) {
        Bitmap map;
        fill_bitmap(map.get(), cpus,
                    cpu.affinity.empty() ? std::vector<unsigned>() : cpu.affinity[vcpu]);
        if (cpu.affinity.empty()) libxl_bitmap_set_any(map.get());
        xl.check(libxl_set_vcpuaffinity(xl.get(), domid, vcpu, map.get(), nullptr),
                 "pin virtual CPU " + std::to_string(vcpu));
    }
    SchedulerParameters parameters;
    if (!set_scheduling(parameters.get(), cpu.scheduling)) return;
    xl.check(libxl_domain_sched_params_set(xl.get(), domid, parameters.get()),
             "set the scheduler's parameters");
}

void destroy_domain(Xl& xl, const Hypervisor& hypervisor, std::uint32_t domid) {
    const int result = libxl_domain_destroy(xl.get(), domid, nullptr);
    if (result != 0 && !hypervisor.domain(domid)) {
        xl.forget_words();
        return;
    }
    xl.check(result, "destroy domain " + std::to_string(domid));
}

// libxl_domain_shutdown does the same, and then waits a minute for a guest that does not answer.
void ask_to_shut_down(std::uint32_t domid) {
    XenStore store = require_xenstore(Settings(), store_patience);
    store.write("/local/domain/" + std::to_string(domid) + "/control/shutdown", "poweroff");
}

std::optional<std::uint32_t> find_domain(Xl& xl, const Hypervisor& hypervisor,
                                         const std::string& name, const std::string& uuid) {
    std::uint32_t domid = 0;
    if (libxl_name_to_domid(xl.get(), name.c_str(), &domid) != 0) {
        xl.forget_words();
        return std::nullopt;
    }
    const auto found = hypervisor.domain(domid);
    if (!found) return std::nullopt;
    if (found->uuid == uuid) return domid;
    throw Error(Code::exists, "domain " + name + " is somebody else's: its UUID is " + found->uuid +
                                  ", not " + uuid);
}

// Not by libxl_console_get_tty: it waits for nobody, and knows no emulated serial port (that
// of 4.17 answers ERROR_INVAL), although xl shows its terminal.
std::string terminal_path(XenStore& store, std::uint32_t domid, const char* console) {
    const std::string node = "/local/domain/" + std::to_string(domid) + "/" + console + "/tty";
    if (const auto path = store.await(node, xenconsoled_patience)) return *path;
    throw Error(Code::timeout, "xenconsoled has given the domain no terminal: " + node);
}

}  // namespace runphi::xen
