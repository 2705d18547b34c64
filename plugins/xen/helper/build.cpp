// SPDX-License-Identifier: Apache-2.0
#include "build.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

// What libxl frees by free(3).
template <typename T>
T* allocated(std::size_t count) {
    if (count == 0) return nullptr;
    void* out = std::calloc(count, sizeof(T));
    if (out == nullptr) throw Error(Code::no_resource, "out of memory");
    return static_cast<T*>(out);
}

char* copied(const std::string& text) {
    char* out = ::strdup(text.c_str());
    if (out == nullptr) throw Error(Code::no_resource, "out of memory");
    return out;
}

char* copied_if_any(const std::string& text) {
    return text.empty() ? nullptr : copied(text);
}

void set_identity(const DomainConfig& domain, libxl_domain_create_info& out) {
    out.type = domain.pv ? LIBXL_DOMAIN_TYPE_PV : LIBXL_DOMAIN_TYPE_PVH;
    out.name = copied(domain.name);
    out.pool_name = copied_if_any(domain.cpu.pool);
    if (libxl_uuid_from_string(&out.uuid, domain.uuid.c_str()) != 0) {
        throw Error(Code::invalid, "\"" + domain.uuid + "\" is no UUID");
    }
}

void set_cpus(const CpuPart& cpu, unsigned machine_cpus, libxl_domain_build_info& out) {
    out.max_vcpus = static_cast<int>(cpu.vcpus);
    std::vector<unsigned> all(cpu.vcpus);
    std::iota(all.begin(), all.end(), 0U);
    fill_bitmap(&out.avail_vcpus, cpu.vcpus, all);
    set_scheduling(&out.sched_params, cpu.scheduling);
    // libxl would choose NUMA nodes besides. xl does the same.
    if (!cpu.affinity.empty()) libxl_defbool_set(&out.numa_placement, false);
    out.vcpu_hard_affinity = allocated<libxl_bitmap>(cpu.affinity.size());
    for (const auto& cpus : cpu.affinity) {
        fill_bitmap(&out.vcpu_hard_affinity[out.num_vcpu_hard_affinity++], machine_cpus, cpus);
    }
}

void set_boot(const DomainConfig& domain, libxl_domain_build_info& out) {
    out.max_memkb = out.target_memkb = domain.mem.kib;
    out.kernel = copied(domain.kernel);
    out.ramdisk = copied_if_any(domain.ramdisk);
    out.device_tree = copied_if_any(domain.device_tree);
    out.cmdline = copied_if_any(domain.boot.cmdline);
    if (domain.comm.vuart) out.arch_arm.vuart = LIBXL_VUART_TYPE_SBSA_UART;
}

void set_devices(const DomainConfig& domain, libxl_domain_config& out) {
    libxl_domain_build_info& build = out.b_info;
    std::vector<PageRange> pages = domain.dev.iomem;
    pages.insert(pages.end(), domain.comm.channels.begin(), domain.comm.channels.end());
    build.iomem = allocated<libxl_iomem_range>(pages.size());
    for (const PageRange& one : pages) {
        libxl_iomem_range* range = &build.iomem[build.num_iomem++];
        libxl_iomem_range_init(range);
        range->start = one.first;
        range->number = one.count;
        range->gfn = one.guest_first;
    }
    build.irqs = allocated<std::uint32_t>(domain.dev.irqs.size());
    for (const unsigned irq : domain.dev.irqs) build.irqs[build.num_irqs++] = irq;
    out.dtdevs = allocated<libxl_device_dtdev>(domain.dev.dtdevs.size());
    for (const std::string& path : domain.dev.dtdevs) {
        libxl_device_dtdev* device = &out.dtdevs[out.num_dtdevs++];
        libxl_device_dtdev_init(device);
        device->path = copied(path);
    }
}

void set_mac(const std::string& text, libxl_mac& out) {
    unsigned part[6];
    if (std::sscanf(text.c_str(), "%2x:%2x:%2x:%2x:%2x:%2x", &part[0], &part[1], &part[2], &part[3],
                    &part[4], &part[5]) != 6) {
        throw Error(Code::invalid, "\"" + text + "\" is no MAC address");
    }
    for (unsigned i = 0; i < 6; ++i) out[i] = static_cast<std::uint8_t>(part[i]);
}

void set_network(const NetPart& net, libxl_domain_config& out) {
    out.nics = allocated<libxl_device_nic>(net.vifs.size());
    for (const Vif& one : net.vifs) {
        libxl_device_nic* nic = &out.nics[out.num_nics++];
        libxl_device_nic_init(nic);
        nic->devid = out.num_nics - 1;
        nic->nictype = LIBXL_NIC_TYPE_VIF;
        set_mac(one.mac, nic->mac);
        nic->bridge = copied_if_any(one.bridge);
        nic->script = copied_if_any(one.script);
    }
}

void set_disk(const Disk& disk, libxl_domain_config& out) {
    out.disks = allocated<libxl_device_disk>(1);
    out.num_disks = 1;
    libxl_device_disk_init(out.disks);
    out.disks->pdev_path = copied(disk.device);
    out.disks->vdev = copied("xvda");
    out.disks->script = copied_if_any(disk.script);
    out.disks->backend = LIBXL_DISK_BACKEND_PHY;
    out.disks->format = LIBXL_DISK_FORMAT_RAW;
    out.disks->readwrite = disk.writable ? 1 : 0;
}

}  // namespace

void fill_bitmap(libxl_bitmap* out, unsigned bits, const std::vector<unsigned>& set) {
    out->size = (bits + 7) / 8;
    out->map = allocated<std::uint8_t>(out->size);
    for (const unsigned bit : set) {
        if (bit >= bits) {
            throw Error(Code::invalid, "CPU " + std::to_string(bit) + ": Xen has not got it");
        }
        libxl_bitmap_set(out, static_cast<int>(bit));
    }
}

bool set_scheduling(libxl_domain_sched_params* out, const Scheduling& how) {
    if (how.weight) out->weight = static_cast<int>(*how.weight);
    if (how.cap) out->cap = static_cast<int>(*how.cap);
    if (how.period) out->period = static_cast<int>(*how.period);
    if (how.budget) out->budget = static_cast<int>(*how.budget);
    return how.weight || how.cap || how.period || how.budget;
}

void build_config(const DomainConfig& domain, unsigned machine_cpus, libxl_domain_config* out) {
    set_identity(domain, out->c_info);
    libxl_domain_build_info_init_type(&out->b_info, out->c_info.type);
    set_cpus(domain.cpu, machine_cpus, out->b_info);
    set_boot(domain, out->b_info);
    set_devices(domain, *out);
    set_network(domain.net, *out);
    if (domain.disk) set_disk(*domain.disk, *out);
    // The helper itself acts on each, and ends with the domain.
    out->on_poweroff = out->on_reboot = out->on_watchdog = out->on_crash =
        LIBXL_ACTION_ON_SHUTDOWN_DESTROY;
}

}  // namespace runphi::xen
