// SPDX-License-Identifier: Apache-2.0
#include "domain.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "../presence/toolstack.hpp"
#include "build.hpp"
#include "pools.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

// xenconsoled looks for the serial port after libxl has made it, seconds later on a busy machine.
// Whoever waits for the helper has a limit of its own.
constexpr auto store_patience = std::chrono::seconds(10);
constexpr auto vuart_patience = std::chrono::seconds(20);
constexpr useconds_t first_pause_us = 2'000, longest_pause_us = 100'000;

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

std::string take(char* text) {
    std::string out = text != nullptr ? text : "";
    std::free(text);
    return out;
}

}  // namespace

std::uint32_t make_domain(Xl& xl, DomainConfig domain) {
    domain.cpu.pool = choose_pool(read_pools(xl), domain.cpu);
    LibxlConfig config;
    build_config(xl, domain, config.get());
    require_memory(xl, config.get());
    std::uint32_t domid = 0;
    xl.forget_words();
    xl.check(libxl_domain_create_new(xl.get(), config.get(), &domid, nullptr, nullptr),
             "make domain " + domain.name);
    return domid;
}

void move_cpus(Xl& xl, std::uint32_t domid, const CpuPart& cpu) {
    choose_pool(read_pools(xl), cpu);
    for (unsigned vcpu = 0; vcpu < cpu.vcpus; ++vcpu) {
        Bitmap map;
        if (cpu.affinity.empty()) {
            xl.check(libxl_cpu_bitmap_alloc(xl.get(), map.get(), 0), "allocate a CPU map");
            libxl_bitmap_set_any(map.get());
        } else {
            set_cpus(xl, map.get(), cpu.affinity[vcpu]);
        }
        xl.check(libxl_set_vcpuaffinity(xl.get(), domid, vcpu, map.get(), nullptr),
                 "pin virtual CPU " + std::to_string(vcpu));
    }
    SchedulerParameters parameters;
    if (!set_scheduling(parameters.get(), cpu.scheduling)) return;
    xl.check(libxl_domain_sched_params_set(xl.get(), domid, parameters.get()),
             "set the scheduler's parameters");
}

void destroy_domain(Xl& xl, std::uint32_t domid) {
    const int result = libxl_domain_destroy(xl.get(), domid, nullptr);
    DomainInfo info;
    if (result != 0 && libxl_domain_info(xl.get(), info.get(), domid) == ERROR_DOMAIN_NOTFOUND) {
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

std::optional<std::uint32_t> find_domain(Xl& xl, const std::string& name, const std::string& uuid) {
    std::uint32_t domid = 0;
    if (libxl_name_to_domid(xl.get(), name.c_str(), &domid) != 0) {
        xl.forget_words();
        return std::nullopt;
    }
    DomainInfo info;
    xl.check(libxl_domain_info(xl.get(), info.get(), domid), "look at domain " + name);
    if (uuid_text(info->uuid) == uuid) return domid;
    throw Error(Code::exists, "domain " + name + " is somebody else's: its UUID is " +
                                  uuid_text(info->uuid) + ", not " + uuid);
}

std::string console_path(Xl& xl, std::uint32_t domid) {
    char* path = nullptr;
    xl.check(libxl_primary_console_get_tty(xl.get(), domid, &path), "find the domain's console");
    return take(path);
}

// libxl_console_get_tty knows no such console (4.17 answers ERROR_INVAL), although xl shows it.
std::string vuart_path(std::uint32_t domid) {
    XenStore store = require_xenstore(Settings(), store_patience);
    const std::string node = "/local/domain/" + std::to_string(domid) + "/vuart/0/tty";
    const auto until = std::chrono::steady_clock::now() + vuart_patience;
    for (useconds_t pause_us = first_pause_us; std::chrono::steady_clock::now() < until;
         pause_us = std::min(2 * pause_us, longest_pause_us)) {
        std::string path = store.read(node).value_or("");
        if (!path.empty()) return path;
        ::usleep(pause_us);
    }
    throw Error(Code::timeout, "xenconsoled has given the domain's serial port no terminal");
}

}  // namespace runphi::xen
