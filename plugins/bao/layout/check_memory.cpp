// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "../slots/amount.hpp"
#include "../slots/table.hpp"
#include "check.hpp"
#include "guest/slot/slot_parameters.h"
#include "places.hpp"

// Memory: of the machine, and as each VM sees it.
namespace runphi::bao {

namespace {

// What Bao keeps, generously: its image with its data, of which v2.0.0 for QEMU's virt machine has
// 280 KiB with two stubs; of each CPU a page of state, a stack and page tables; a bit for each page
// of the machine's memory; and the VMs' page tables, a page for each 2 MiB that they see.
constexpr std::uint64_t bao_image = 0x100000, bao_cpu = 0x10000;
constexpr std::uint64_t bytes_a_bit = 8 * page, bytes_a_table_byte = 512;

// Halves of it are single cells of a device tree.
constexpr std::uint64_t most_channel = 0x40000000;

// Everything that is placed in the machine's memory.
std::vector<Named> placed(const Layout& layout) {
    std::vector<Named> out = {{layout.hardware.hypervisor, "Bao itself (\"hypervisor\")"}};
    for (const LaidVm& vm : layout.vms) {
        for (const Mapping& one : vm.memory) out.push_back({one.there(), vm.title() + "'s memory"});
    }
    for (const Shared& one : layout.shared) {
        out.push_back({common::extent_of(one.physical, one.size), one.title()});
    }
    return out;
}

std::uint64_t room_for_bao(const Layout& layout) {
    std::uint64_t out = bao_image + bao_cpu * layout.hardware.cpu_count, mapped = 0;
    for (const Extent& one : layout.hardware.regions) out += one.size() / bytes_a_bit;
    for (const LaidVm& vm : layout.vms) {
        if (vm.image.builtin) out += vm.image.where.size;
        for (const Mapping& one : vm.memory) mapped += one.size;
        for (const Attachment& one : vm.attachments) mapped += one.where.size;
        for (const RemoteEnd& one : vm.remote) mapped += one.where.size;
    }
    return out + mapped / bytes_a_table_byte;
}

void check_room_for_bao(const Layout& layout, Problems& out) {
    const std::uint64_t need = room_for_bao(layout);
    if (layout.hardware.hypervisor.size() >= need) return;
    out.add("board \"" + layout.hardware.name + "\" keeps " +
                common::hex(layout.hardware.hypervisor.size()) +
                " bytes for Bao (\"hypervisor\"), and it needs " + common::hex(need) +
                " for its image with the stubs, its CPUs and the page tables of the VMs",
            "keep more there");
}

void check_one_to_one(const Layout& layout, const LaidVm& vm, Problems& out) {
    const bool mpu = layout.hardware.profile == Profile::mpu;
    for (const Mapping& one : vm.memory) {
        if (one.ipa == one.physical || (vm.kind == VmKind::slot && !mpu)) continue;
        out.add(vm.title() + ": memory at " + common::hex(one.physical) + " is to be seen at " +
                    common::hex(one.ipa) +
                    (mpu ? ", and with an MPU every VM sees physical addresses"
                         : ", and its image stays where the boot loader puts it"),
                "leave \"ipa\" out");
    }
    const auto shared = [&](const std::string& name, const Mapping& where) {
        if (!mpu || where.ipa == where.physical) return;
        out.add(vm.title() + ": " + name + " at " + common::hex(where.physical) +
                    " is to be seen at " + common::hex(where.ipa) +
                    ", and with an MPU that is not possible",
                "leave the address out");
    };
    for (const Attachment& one : vm.attachments) {
        shared(layout.shared[one.shared].title(), one.where);
    }
    for (const RemoteEnd& one : vm.remote) shared(one.title(), one.where);
}

void check_slot_memory(const LaidVm& vm, Problems& out) {
    if (vm.memory.front().size < RUNPHI_SLOT_STUB_ROOM) {
        out.add(vm.title() + ": " + common::hex(vm.memory.front().size) +
                    " bytes for the stub, and it needs " + common::hex(RUNPHI_SLOT_STUB_ROOM),
                "leave \"stub\" out, or ask for more");
    }
    const std::size_t pieces = vm.memory.size() - 1;
    if (pieces >= 1 && pieces <= RUNPHI_SLOT_RAM_MAX) return;
    out.add(vm.title() + ": " + std::to_string(pieces) + " pieces of memory, and a slot has 1 to " +
                std::to_string(RUNPHI_SLOT_RAM_MAX),
            "ask for fewer and larger ones");
}

}  // namespace

void check_memory(const Layout& layout, Problems& out) {
    const std::vector<Named> all = placed(layout);
    for (const Named& one : all) {
        if (one.where.first % page != 0 || one.where.end % page != 0) {
            out.add(one.name + " at " + to_string(one.where) + " is not whole pages",
                    "use multiples of 4096");
        }
        if (one.where.size() == 0 || !is_within(layout.hardware.regions, one.where)) {
            out.add(one.name + " at " + to_string(one.where) +
                        " is not within one memory region of platform \"" +
                        layout.hardware.platform + "\"",
                    "choose another place, or correct the board's \"regions\"");
        }
    }
    require_disjoint(all, "place one of them elsewhere", out);
    check_room_for_bao(layout, out);
    for (const LaidVm& vm : layout.vms) {
        check_one_to_one(layout, vm, out);
        if (vm.kind == VmKind::slot) check_slot_memory(vm, out);
    }
}

void check_addresses(const Layout& layout, Problems& out) {
    for (const LaidVm& vm : layout.vms) {
        std::vector<Named> all;
        for (const Mapping& one : vm.memory) {
            if (one.ipa % page != 0) {
                out.add(vm.title() + ": its memory at " + common::hex(one.ipa) +
                            " does not begin with a page",
                        "use a multiple of 4096");
            }
            all.push_back({one.seen(), vm.title() + "'s memory"});
        }
        for (const Attachment& one : vm.attachments) {
            all.push_back(
                {one.where.seen(), vm.title() + "'s view of " + layout.shared[one.shared].title()});
        }
        for (const RemoteEnd& one : vm.remote) {
            all.push_back(
                {one.where.seen(), vm.title() + "'s view of the memory of " + one.title()});
            if (one.backend) continue;
            all.push_back({one.registers, vm.title() + "'s registers of " + one.title()});
        }
        for (const Extent& one : places_of(layout.hardware.gic, layout.hardware.cpu_count)) {
            all.push_back({one, vm.title() + "'s interrupt controller"});
        }
        for (const HwDevice& device : vm.devices) {
            for (const Extent& one : device.registers) {
                all.push_back({pages_of(one), vm.title() + "'s device \"" + device.name + "\""});
            }
        }
        require_disjoint(all, "let one of them be seen elsewhere", out);
    }
}

namespace {

void check_guest_entry(const LaidVm& vm, Problems& out) {
    const std::uint64_t behind = vm.entry - vm.image.where.ipa;
    if (vm.kind != VmKind::guest || behind <= most_guest_entry) return;
    out.add(vm.title() + ": its entry is " + common::hex(behind) +
                " bytes behind its image's beginning, and a guest's is at most " +
                common::hex(most_guest_entry),
            "let the image begin nearer to its entry");
}

}  // namespace

void check_images(const Layout& layout, Problems& out) {
    for (const LaidVm& vm : layout.vms) {
        const Extent image = vm.image.where.seen();
        const auto inside = [&](const Mapping& one) { return one.seen().contains(image); };
        if (std::none_of(vm.memory.begin(), vm.memory.end(), inside)) {
            out.add(vm.title() + ": its image \"" + vm.image.file + "\" of " +
                        common::hex(image.size()) + " bytes is not within one piece of its memory",
                    "ask for more memory, or a smaller image");
        }
        if (vm.entry % 4 == 0 && image.contains(common::extent_of(vm.entry, 8))) {
            check_guest_entry(vm, out);
            continue;
        }
        out.add(vm.title() + ": its entry " + common::hex(vm.entry) +
                    " is not an instruction's address within its image at " + to_string(image),
                "give \"entry\" as bytes from the image's beginning, a multiple of 4");
    }
}

void check_shared(const Layout& layout, Problems& out) {
    for (std::size_t i = 0; i < layout.shared.size(); ++i) {
        const Shared& shared = layout.shared[i];
        if (shared.is_window() &&
            (shared.size < RUNPHI_SLOT_WINDOW_MIN || shared.size > RUNPHI_SLOT_WINDOW_MAX)) {
            out.add(shared.title() + " has " + common::hex(shared.size) +
                        " bytes, and a window has " + common::hex(RUNPHI_SLOT_WINDOW_MIN) + " to " +
                        common::hex(RUNPHI_SLOT_WINDOW_MAX),
                    "ask for another \"window\"");
        }
        if (shared.kind == SharedKind::channel && shared.size > most_channel) {
            out.add(shared.title() + " has " + common::hex(shared.size) + " bytes, and " +
                        common::hex(most_channel) + " are the most",
                    "ask for less");
        }
        if (shared.kind == SharedKind::remote_io) continue;  // check_remote_io's
        std::size_t ends = 0;
        for (const LaidVm& vm : layout.vms) {
            for (const Attachment& one : vm.attachments) {
                if (one.shared != i) continue;
                ++ends;
                if (one.where.size == shared.size && one.where.physical == shared.physical)
                    continue;
                out.add(vm.title() + " sees " + common::hex(one.where.size) + " bytes of " +
                            shared.title() + ", which has " + common::hex(shared.size),
                        "let it see all of it");
            }
        }
        if (ends >= 2) continue;
        out.add(shared.title() + " has " + std::to_string(ends) + (ends == 1 ? " end" : " ends"),
                "name it in \"channels\" of two VMs");
    }
}

}  // namespace runphi::bao
