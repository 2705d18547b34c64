// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "../slots/amount.hpp"
#include "places.hpp"
#include "products.hpp"

namespace runphi::bao {

using common::hex;

namespace {

std::string number(std::uint64_t value) {
    return hex(value) + "UL";
}

std::string interrupt_list(const std::vector<std::uint32_t>& interrupts) {
    std::string out;
    for (const std::uint32_t one : interrupts) {
        out += (out.empty() ? "" : ", ") + std::to_string(one);
    }
    return ".interrupt_num = " + std::to_string(interrupts.size()) +
           ", .interrupts = (irqid_t[]) { " + out + " }";
}

std::string image_name(std::size_t vm) {
    return "runphi_slot_" + std::to_string(vm);
}

std::string image(const LaidVm& vm, std::size_t index) {
    if (vm.image.builtin) {
        return "VM_IMAGE_BUILTIN(" + image_name(index) + ", " + number(vm.image.where.ipa) + ")";
    }
    return "VM_IMAGE_LOADED(" + number(vm.image.where.ipa) + ", " +
           number(vm.image.where.physical) + ", " + number(vm.image.where.size) + ")";
}

std::string affinity(const LaidVm& vm) {
    std::uint64_t out = 0;
    for (const unsigned cpu : vm.cpus) out |= std::uint64_t{1} << cpu;
    return number(out);
}

std::string regions(const LaidVm& vm) {
    std::string out = "                .region_num = " + std::to_string(vm.memory.size()) +
                      ",\n                .regions = (struct vm_mem_region[]) {\n";
    for (const Mapping& one : vm.memory) {
        out += "                    { .base = " + number(one.ipa) +
               ", .size = " + number(one.size) +
               ", .place_phys = true, .phys = " + number(one.physical) + " },\n";
    }
    return out + "                },\n";
}

std::string ipcs(const Layout& layout, const LaidVm& vm) {
    if (vm.attachments.empty()) return {};
    std::string out = "                .ipc_num = " + std::to_string(vm.attachments.size()) +
                      ",\n                .ipcs = (struct ipc[]) {\n";
    for (const Attachment& one : vm.attachments) {
        const Shared& shared = layout.shared[one.shared];
        out += "                    { .base = " + number(one.where.ipa) +
               ", .size = " + number(one.where.size) +
               ", .shmem_id = " + std::to_string(one.shared);
        if (shared.interrupt != 0)
            out += ",\n                      " + interrupt_list({shared.interrupt});
        out += " }, /* " + shared.name + " */\n";
    }
    return out + "                },\n";
}

// One struct vm_dev_region each for a device's ranges, in whole pages, for Bao maps no less; its
// interrupts and its stream are of the first.
std::vector<std::string> device_regions(const HwDevice& device) {
    std::vector<std::string> out;
    for (const Extent& registers : device.registers) {
        const Extent one = pages_of(registers);
        out.push_back(".pa = " + number(one.first) + ", .va = " + number(one.first) +
                      ", .size = " + number(one.size()));
    }
    if (out.empty()) out.push_back(".va = INVALID_VA");
    if (!device.interrupts.empty())
        out.front() += ",\n                      " + interrupt_list(device.interrupts);
    if (device.stream) out.front() += ", .id = " + std::to_string(*device.stream);
    return out;
}

std::string devices(const LaidVm& vm) {
    std::vector<std::string> all = {".va = INVALID_VA, " + interrupt_list({timer_interrupt}) +
                                    " }, /* the virtual timer */\n"};
    for (const HwDevice& device : vm.devices) {
        for (const std::string& one : device_regions(device)) {
            all.push_back(one + " }, /* " + device.name + " */\n");
        }
    }
    std::string out = "                .dev_num = " + std::to_string(all.size()) +
                      ",\n                .devs = (struct vm_dev_region[]) {\n";
    for (const std::string& one : all) out += "                    { " + one;
    return out + "                },\n";
}

std::string remote_devices(const LaidVm& vm) {
    if (vm.remote.empty()) return {};
    std::string out = "                .remio_dev_num = " + std::to_string(vm.remote.size()) +
                      ",\n                .remio_devs = (struct remio_dev[]) {\n";
    for (const RemoteEnd& one : vm.remote) {
        out += "                    { .bind_key = " + std::to_string(one.key) + ", .type = " +
               (one.backend ? "REMIO_DEV_BACKEND"
                            : "REMIO_DEV_FRONTEND, .va = " + number(one.registers.first) +
                                  ", .size = " + number(one.registers.size())) +
               ", .interrupt = " + std::to_string(one.interrupt) +
               ",\n                      .shmem = { .base = " + number(one.where.ipa) +
               ", .size = " + number(one.where.size) +
               ", .shmem_id = " + std::to_string(one.shared) + " } }, /* " + one.name + " */\n";
    }
    return out + "                },\n";
}

std::string architecture(const Hardware& hardware) {
    const Gic& gic = hardware.gic;
    return "                .arch = { .gic = { .gicd_addr = " + number(gic.distributor) + ", ." +
           (gic.version == 2 ? "gicc" : "gicr") + "_addr = " + number(gic.second) +
           ",\n                                   .interrupt_num = " + std::to_string(gic.lines) +
           " } },\n";
}

std::string vm_source(const Layout& layout, std::size_t index) {
    const LaidVm& vm = layout.vms[index];
    return "        { /* " + vm.name + " */\n            .image = " + image(vm, index) +
           ",\n            .entry = " + number(vm.entry) +
           ",\n            .cpu_affinity = " + affinity(vm) +
           ",\n            .platform = {\n                .cpu_num = " +
           std::to_string(vm.cpus.size()) + ",\n" + regions(vm) + ipcs(layout, vm) + devices(vm) +
           remote_devices(vm) + architecture(layout.hardware) + "            },\n        },\n";
}

const char* label(SharedKind kind) {
    switch (kind) {
        case SharedKind::window:
            return "window of ";
        case SharedKind::channel:
            return "channel ";
        case SharedKind::remote_io:
            return "remote I/O ";
    }
    return "";
}

std::string shared_source(const Layout& layout) {
    if (layout.shared.empty()) return {};
    std::string out = "    .shmemlist_size = " + std::to_string(layout.shared.size()) +
                      ",\n    .shmemlist = (struct shmem[]) {\n";
    for (std::size_t i = 0; i < layout.shared.size(); ++i) {
        const Shared& one = layout.shared[i];
        out += "        [" + std::to_string(i) + "] = { .size = " + number(one.size) +
               ", .place_phys = true, .phys = " + number(one.physical) + " }, /* " +
               label(one.kind) + one.name + " */\n";
    }
    return out + "    },\n";
}

// An MPU's hypervisor runs where it is told to; without a word, at the first region's beginning.
std::string hypervisor(const Hardware& hardware) {
    const bool there =
        !hardware.regions.empty() && hardware.regions.front().first == hardware.hypervisor.first;
    if (hardware.profile == Profile::mmu || there) return {};
    return "    .hyp = { .relocate = true, .base_addr = " + number(hardware.hypervisor.first) +
           " },\n";
}

}  // namespace

std::string config_source(const Layout& layout) {
    std::string out = "/* Layout \"" + layout.name + "\" for Bao " + layout.hardware.version +
                      ", platform " + layout.hardware.platform +
                      ": written by `runphi bao layout`. Change what it was written from. */\n"
                      "#include <config.h>\n\n";
    const bool builtin = std::any_of(layout.vms.begin(), layout.vms.end(),
                                     [](const LaidVm& one) { return one.image.builtin; });
    if (builtin) {
        out +=
            "#if !defined RUNPHI_LAYOUT && !defined GENERATING_DEFS\n"
            "#error \"CPPFLAGS=-DRUNPHI_LAYOUT=DIR, the absolute path of the layout's folder\"\n"
            "#endif\n\n";
    }
    for (std::size_t i = 0; i < layout.vms.size(); ++i) {
        if (!layout.vms[i].image.builtin) continue;
        out += "VM_IMAGE(" + image_name(i) + ", XSTR(RUNPHI_LAYOUT/" + stub_file(i) + "))\n";
    }
    out += "\nstruct config config = {\n" + hypervisor(layout.hardware) + shared_source(layout) +
           "    .vmlist_size = " + std::to_string(layout.vms.size()) +
           ",\n    .vmlist = (struct vm_config[]) {\n";
    for (std::size_t i = 0; i < layout.vms.size(); ++i) out += vm_source(layout, i);
    return out + "    },\n};\n";
}

std::string stub_file(std::size_t index) {
    return "stub-" + std::to_string(index) + ".bin";
}

}  // namespace runphi::bao
