// SPDX-License-Identifier: Apache-2.0
#include "products.hpp"

#include <cstring>
#include <runphi/sdk.hpp>

#include "../guest/staged_image.hpp"
#include "../presence/presence.hpp"
#include "../slots/amount.hpp"
#include "guest/slot/slot_parameters.h"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

Range range(const Mapping& one) {
    return {one.ipa, one.size};
}

std::vector<std::string> others_of(const Layout& layout, const LaidVm& vm, std::size_t shared) {
    std::vector<std::string> out;
    for (const LaidVm& one : layout.vms) {
        for (const Attachment& end : one.attachments) {
            if (end.shared == shared && one.name != vm.name) out.push_back(one.name);
        }
    }
    return out;
}

SlotDevice device_of(const HwDevice& device) {
    SlotDevice out{device.name, device.compatible, {}, device.interrupts, device.dma};
    for (const Extent& one : device.registers) out.registers.push_back({one.first, one.size()});
    return out;
}

// What a frontend finds: it is the other VM's program that accesses the memory.
SlotDevice device_of(const RemoteEnd& end) {
    return {end.name,
            {tree::virtio_compatible},
            {{end.registers.first, end.registers.size()}},
            {end.interrupt},
            false};
}

void fill_vm(const Layout& layout, const LaidVm& vm, Vm& out) {
    out.name = vm.name;
    out.cpus = vm.cpus;
    const std::size_t first = vm.kind == VmKind::slot ? 1 : 0;
    for (std::size_t i = first; i < vm.memory.size(); ++i) out.ram.push_back(range(vm.memory[i]));
    for (const HwDevice& one : vm.devices) out.devices.push_back(device_of(one));
    for (const RemoteEnd& one : vm.remote) {
        if (!one.backend) out.devices.push_back(device_of(one));
    }
    for (std::size_t i = 0; i < vm.attachments.size(); ++i) {
        const Attachment& end = vm.attachments[i];
        const Shared& shared = layout.shared[end.shared];
        if (shared.is_window()) continue;
        out.channels.push_back({shared.name, range(end.where), shared.interrupt,
                                static_cast<std::uint32_t>(i), others_of(layout, vm, end.shared)});
    }
    const Gic& gic = layout.hardware.gic;
    out.gic = {gic.version, gic.distributor, gic.second};
    out.timer_interrupt = timer_interrupt;
    out.device_tree = file_stem(vm) + ".dtb";
    out.device_tree_hash = hash_text(tree_blob(vm_tree(layout, vm)));
}

const Attachment& window_of(const Layout& layout, const LaidVm& vm, const std::string& slot) {
    for (const Attachment& one : vm.attachments) {
        const Shared& shared = layout.shared[one.shared];
        if (shared.is_window() && shared.name == slot) return one;
    }
    throw Error(Code::internal, vm.title() + " has no window of slot \"" + slot + "\"");
}

Slot slot_of(const Layout& layout, const LaidVm& vm) {
    Slot out;
    fill_vm(layout, vm, out);
    const Attachment& end = window_of(layout, vm, vm.name);
    out.window = range(window_of(layout, layout.root(), vm.name).where);
    out.window_in_slot = end.where.ipa;
    out.doorbell = out.root_doorbell = layout.shared[end.shared].interrupt;
    out.stub = range(vm.memory.front());
    return out;
}

Guest guest_of(const Layout& layout, const LaidVm& vm) {
    Guest out;
    fill_vm(layout, vm, out);
    out.image = vm.image.file;
    out.load = vm.image.where.physical;
    out.most = vm.image.where.size;
    out.entry = vm.entry;
    return out;
}

// Little endian, as this machine is if it runs what an arm64 one is laid out with.
runphi_slot_parameters parameters_of(const Layout& layout, const LaidVm& vm) {
    const Gic& gic = layout.hardware.gic;
    const Mapping& window = window_of(layout, vm, vm.name).where;
    runphi_slot_parameters out{};
    out.magic = RUNPHI_SLOT_PARAMETERS_MAGIC;
    out.version = RUNPHI_SLOT_PARAMETERS_VERSION;
    out.gic_version = gic.version;
    out.gic_distributor = gic.distributor;
    out.gic_second = gic.second;
    out.window_base = window.ipa;
    out.window_size = window.size;
    out.ram_count = static_cast<std::uint32_t>(vm.memory.size() - 1);
    for (std::uint32_t i = 0; i < out.ram_count; ++i) {
        out.ram[i] = {vm.memory[i + 1].ipa, vm.memory[i + 1].size};
    }
    return out;
}

void require_stub(std::string_view stub, const std::string& what) {
    constexpr std::size_t end = RUNPHI_SLOT_PARAMETERS + RUNPHI_SLOT_PARAMETERS_SIZE;
    runphi_slot_parameters found{};
    static_assert(sizeof found == RUNPHI_SLOT_PARAMETERS_SIZE);
    const char* hint = "the stub is slot-stub.bin of this release: name it with --stub";
    if (stub.size() < end || stub.size() > RUNPHI_SLOT_STUB_ROOM) {
        throw Error(Code::invalid,
                    what + ": " + std::to_string(stub.size()) + " bytes, and a slot stub has " +
                        std::to_string(end) + " to " + std::to_string(RUNPHI_SLOT_STUB_ROOM),
                    hint);
    }
    std::memcpy(&found, stub.data() + RUNPHI_SLOT_PARAMETERS, sizeof found);
    if (found.magic != RUNPHI_SLOT_PARAMETERS_MAGIC) {
        throw Error(Code::invalid, what + ": it is no slot stub", hint);
    }
    if (found.version == RUNPHI_SLOT_PARAMETERS_VERSION) return;
    throw Error(Code::invalid,
                what + ": a slot stub whose parameters are of version " +
                    std::to_string(found.version) + ", and this is version " +
                    std::to_string(RUNPHI_SLOT_PARAMETERS_VERSION),
                hint);
}

}  // namespace

std::string file_stem(const LaidVm& vm) {
    return (vm.kind == VmKind::slot ? "slot-" : "guest-") + vm.name;
}

SlotTable table_of(const Layout& layout) {
    SlotTable out;
    out.layout = layout.name;
    out.bao = layout.hardware.version;
    out.profile = layout.hardware.profile == Profile::mmu ? "mmu" : "mpu";
    for (const LaidVm& vm : layout.vms) {
        if (vm.kind == VmKind::slot) out.slots.push_back(slot_of(layout, vm));
        if (vm.kind == VmKind::guest) out.guests.push_back(guest_of(layout, vm));
    }
    return out;
}

std::vector<std::string> stub_images(const Layout& layout, std::string_view stub,
                                     const std::string& what) {
    std::vector<std::string> out;
    for (const LaidVm& vm : layout.vms) {
        if (!vm.image.builtin) continue;
        if (out.empty()) require_stub(stub, what);
        const runphi_slot_parameters parameters = parameters_of(layout, vm);
        std::string image(stub);
        std::memcpy(image.data() + RUNPHI_SLOT_PARAMETERS, &parameters, sizeof parameters);
        out.push_back(std::move(image));
    }
    return out;
}

std::vector<Product> products_of(const Layout& layout, std::string_view stub,
                                 const std::string& what) {
    const SlotTable table = table_of(layout);
    const std::string hash = layout_hash(table);
    std::vector<Product> out = {
        {"config.c", config_source(layout)},
        {"root.dtsi", tree_source(root_tree(layout, hash))},
        {"slots.json", write_table(table)},
        {"README.md", readme(layout, hash)},
    };
    const std::vector<std::string> stubs = stub_images(layout, stub, what);
    std::size_t next = 0;
    for (std::size_t i = 0; i < layout.vms.size(); ++i) {
        const LaidVm& vm = layout.vms[i];
        if (vm.image.builtin) out.push_back({stub_file(i), stubs[next++]});
        if (vm.kind == VmKind::root) continue;
        const TreeNode tree = vm_tree(layout, vm);
        out.push_back({file_stem(vm) + ".dts", "/dts-v1/;\n\n" + tree_source(tree)});
        out.push_back({file_stem(vm) + ".dtb", tree_blob(tree)});
        if (vm.kind != VmKind::guest) continue;
        out.push_back({file_stem(vm) + "-idle.bin", idle_image(vm.entry - vm.image.where.ipa)});
    }
    return out;
}

}  // namespace runphi::bao
