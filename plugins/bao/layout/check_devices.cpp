// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "../slots/amount.hpp"
#include "check.hpp"
#include "places.hpp"

// Devices, their interrupts, and those of doorbells.
namespace runphi::bao {

namespace {

std::string title(const LaidVm& vm, const HwDevice& device) {
    return vm.title() + ": device \"" + device.name + "\"";
}

// Bao maps whole pages, and does not notice that somebody else has one, too.
void check_pages(const Layout& layout, Problems& out) {
    std::vector<Named> all;
    for (const Extent& one : places_of(layout.hardware.gic, layout.hardware.cpu_count)) {
        all.push_back({one, "the interrupt controller"});
    }
    if (layout.hardware.smmu) all.push_back({layout.hardware.smmu->registers, "the SMMU"});
    for (const Extent& one : layout.hardware.regions) all.push_back({one, "the machine's memory"});
    const std::size_t fixed = all.size();
    for (const LaidVm& vm : layout.vms) {
        std::vector<Named> its;
        for (const HwDevice& device : vm.devices) {
            for (const Extent& one : device.registers) {
                its.push_back({pages_of(one), "device \"" + device.name + "\" of " + vm.title()});
            }
        }
        for (const Named& one : its) {
            for (std::size_t i = 0; i < all.size(); ++i) {
                if (!one.where.overlaps(all[i].where)) continue;
                out.add(one.name + " has a page of " + all[i].name + ", " + to_string(one.where),
                        i < fixed ? "no VM may have it" : "a page is one VM's: give both to one");
            }
        }
        all.insert(all.end(), its.begin(), its.end());
    }
}

void check_streams(const Layout& layout, Problems& out) {
    std::map<std::uint32_t, std::string> owners;
    for (const LaidVm& vm : layout.vms) {
        for (const HwDevice& device : vm.devices) {
            if (!device.stream) continue;
            const std::string stream = "stream " + std::to_string(*device.stream);
            if (!layout.hardware.smmu) {
                out.add(title(vm, device) + " has " + stream + ", and board \"" +
                            layout.hardware.name + "\" has no SMMU",
                        "describe the board's \"smmu\", or leave \"stream\" out");
            }
            const auto [at, fresh] = owners.emplace(*device.stream, title(vm, device));
            if (!fresh) {
                out.add(title(vm, device) + " has " + stream + ", and so has " + at->second,
                        "give both to one VM as one device, or correct the board");
            }
        }
    }
}

// A device that no SMMU translates for uses physical addresses, and can reach all memory.
void check_dma(const LaidVm& vm, const HwDevice& device, Problems& out) {
    if (!device.dma || device.stream) return;
    for (const Mapping& one : vm.memory) {
        if (one.ipa == one.physical) continue;
        out.add(title(vm, device) + " accesses memory by itself, and no SMMU translates " +
                    common::hex(one.ipa) + " to " + common::hex(one.physical) + " for it",
                "leave \"ipa\" out, or give the device's \"stream\"");
        return;
    }
}

void check_device_interrupts(const Layout& layout, const LaidVm& vm, const HwDevice& device,
                             std::map<std::uint32_t, std::string>& owners, Problems& out) {
    const Gic& gic = layout.hardware.gic;
    for (const std::uint32_t one : device.interrupts) {
        const std::string name = title(vm, device) + ": interrupt " + std::to_string(one);
        if (one < 32) {
            out.add(name + " is none that a device raises", "SPIs begin at 32: INTID = SPI + 32");
        } else if (one >= gic.lines) {
            out.add(name + ", and the interrupt controller has " + std::to_string(gic.lines),
                    "correct the board");
        }
        const auto [at, fresh] = owners.emplace(one, title(vm, device));
        if (!fresh) {
            out.add(name + " is " + at->second + "'s, too", "an interrupt is one device's");
        }
    }
}

// Those that Bao handles itself.
std::map<std::uint32_t, std::string> reserved(const Layout& layout) {
    std::map<std::uint32_t, std::string> out;
    out.emplace(layout.hardware.gic.maintenance, "the interrupt controller's maintenance");
    if (layout.hardware.smmu) out.emplace(layout.hardware.smmu->interrupt, "the SMMU");
    for (const std::uint32_t one : layout.hardware.reserved) out.emplace(one, "Bao");
    return out;
}

void check_doorbells(const Layout& layout, const LaidVm& vm, Problems& out) {
    std::map<std::uint32_t, std::string> used;
    for (const HwDevice& device : vm.devices) {
        for (const std::uint32_t one : device.interrupts) {
            used.emplace(one, "device \"" + device.name + "\"");
        }
    }
    for (const Attachment& one : vm.attachments) {
        const Shared& shared = layout.shared[one.shared];
        if (shared.interrupt == 0) continue;
        const std::string name = vm.title() + ": doorbell " + std::to_string(shared.interrupt) +
                                 " of \"" + shared.name + "\"";
        if (shared.interrupt < 32 || shared.interrupt >= layout.hardware.gic.lines) {
            out.add(name + " is not an SPI of its interrupt controller, which are 32 to " +
                        std::to_string(layout.hardware.gic.lines - 1),
                    "choose another \"irq\"");
        }
        const auto [at, fresh] = used.emplace(shared.interrupt, "\"" + shared.name + "\"");
        if (!fresh) {
            out.add(name + " is " + at->second + "'s there, too", "choose another \"irq\"");
        }
    }
    for (const RemoteEnd& one : vm.remote) {
        const auto [at, fresh] = used.emplace(one.interrupt, "\"" + one.name + "\"");
        if (fresh) continue;
        out.add(vm.title() + ": interrupt " + std::to_string(one.interrupt) + " of " + one.title() +
                    " is " + at->second + "'s there, too",
                "choose another \"irq\"");
    }
}

}  // namespace

void check_devices(const Layout& layout, Problems& out) {
    check_pages(layout, out);
    check_streams(layout, out);
    for (const LaidVm& vm : layout.vms) {
        for (const HwDevice& device : vm.devices) check_dma(vm, device, out);
    }
    std::map<std::string, std::string> owners;
    for (const LaidVm& vm : layout.vms) {
        for (const HwDevice& device : vm.devices) {
            const auto [at, fresh] = owners.emplace(device.name, vm.title());
            if (fresh) continue;
            out.add(at->second + " and " + vm.title() + " both have device \"" + device.name + "\"",
                    "a device is one VM's");
        }
    }
}

void check_interrupts(const Layout& layout, Problems& out) {
    std::map<std::uint32_t, std::string> owners = reserved(layout);
    for (const LaidVm& vm : layout.vms) {
        for (const HwDevice& device : vm.devices) {
            check_device_interrupts(layout, vm, device, owners, out);
        }
    }
    for (const LaidVm& vm : layout.vms) check_doorbells(layout, vm, out);
}

}  // namespace runphi::bao
