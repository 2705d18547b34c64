// SPDX-License-Identifier: Apache-2.0
#include "domain.hpp"

#include "../design.hpp"
#include "../kernel_parameters.hpp"

namespace runphi::xen::dom0less {

using sdk::Code;
using sdk::Error;

namespace {

// GUEST_VPL011_SPI of Xen's public/arch-arm.h, as the GIC counts: the emulated PL011's own.
constexpr unsigned uart_interrupt = 32;
constexpr const char* uart = "ttyAMA0";

[[noreturn]] void refuse_container(const std::string& id, const std::string& what,
                                   const std::string& hint = {}) {
    throw Error(Code::unsupported, "container \"" + id + "\": " + what, hint);
}

void check(const std::string& id, const DomainConfig& domain) {
    const Scheduling& how = domain.cpu.scheduling;
    const bool scheduled = !how.scheduler.empty() || how.weight || how.cap || how.period;
    if (!domain.cpu.pool.empty() || scheduled) {
        refuse_container(id, "it asks for a CPU pool or for scheduling, which a toolstack sets up");
    }
    if (!domain.net.vifs.empty()) {
        refuse_container(
            id, "it asks for a network, whose other end is in dom0 and made by a toolstack",
            "annotate it with org.runphi.net=none, or give it a network device of the board");
    }
    if (domain.disk) {
        refuse_container(id, "it has a disk, whose other end is in dom0 and made by a toolstack",
                         "put what the guest needs into its initrd");
    }
    for (const unsigned irq : domain.dev.irqs) {
        if (irq == uart_interrupt) {
            refuse_container(
                id, "interrupt 32 is that of the serial port which Xen emulates for the guest");
        }
    }
}

// The one console that there is without a toolstack: Xen prints what the PL011 is given.
void take_console(DomainConfig& domain, const sdk::Plan& plan) {
    domain.comm.vuart = true;
    domain.comm.agent = false;
    if (plan.kind == "linux") domain.boot.cmdline = linux_parameters(plan.cmdline, uart, "");
    if (plan.kind == "kernel") domain.boot.cmdline = own_kernel_parameters(plan.cmdline, uart);
}

std::vector<Range> static_memory(const sdk::Plan& plan) {
    std::vector<Range> out;
    for (const sdk::Region& region : plan.memory) {
        if (region.base == 0) {
            refuse_container(plan.id,
                             "its memory is of the board's pool \"" + region.pool +
                                 "\", of which the board does not say where it is",
                             "give the pool its \"base\" in the board file");
        }
        out.push_back({region.base, region.size});
    }
    return out;
}

}  // namespace

std::uint64_t capabilities() {
    return RUNPHI_CAP_LINUX;
}

BootDomain boot_domain(const sdk::Plan& plan, const Arguments& args) {
    if (plan.arch != "aarch64") {
        refuse_container(
            plan.id, "it is for " + plan.arch + ", and Xen makes domains at boot on arm64 only");
    }
    BootDomain out;
    out.id = plan.id;
    out.config = design_domain(plan);
    check(plan.id, out.config);
    take_console(out.config, plan);
    if (args.static_memory) out.static_memory = static_memory(plan);
    out.direct_map = args.direct_map;
    if (out.direct_map && out.config.boot.raw) {
        refuse_container(
            plan.id,
            "its inmate has an address of its own, in the memory that guests of Xen usually have",
            "an Image runs anywhere; or leave --direct-map out");
    }
    return out;
}

}  // namespace runphi::xen::dom0less
