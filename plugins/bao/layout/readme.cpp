// SPDX-License-Identifier: Apache-2.0
#include "../slots/amount.hpp"
#include "products.hpp"

namespace runphi::bao {

using common::hex;

namespace {

std::string vm_row(const Layout& layout, const LaidVm& vm) {
    std::string memory, devices, shared;
    for (const Mapping& one : vm.memory) {
        memory += (memory.empty() ? "" : ", ") + to_string(one.there());
        if (one.ipa != one.physical) memory += " seen at " + hex(one.ipa);
    }
    for (const HwDevice& one : vm.devices) devices += (devices.empty() ? "" : ", ") + one.name;
    for (const Attachment& one : vm.attachments) {
        const Shared& of = layout.shared[one.shared];
        shared += (shared.empty() ? "" : ", ") +
                  std::string(of.is_window() ? "window " : "channel ") + of.name + " at " +
                  hex(one.where.ipa);
    }
    for (const RemoteEnd& one : vm.remote) {
        shared += (shared.empty() ? "" : ", ") + std::string("remote I/O ") + one.name + " at " +
                  hex(one.where.ipa);
        devices +=
            (devices.empty() ? "" : ", ") + one.name + (one.backend ? " (makes it)" : " (remote)");
    }
    return "| " + vm.name + " | " + cpu_text(vm.cpus) + " | " + memory + " | " + devices + " | " +
           shared + " |\n";
}

std::string images(const Layout& layout) {
    std::string out;
    for (const LaidVm& vm : layout.vms) {
        if (vm.image.builtin) continue;
        out += "| `" + vm.image.file + "` | " + hex(vm.image.where.physical) + " | " +
               hex(vm.image.where.size) + " | VM \"" + vm.name + "\", entered at " + hex(vm.entry) +
               " with MMU off |\n";
    }
    return out;
}

std::string remote_io(const Layout& layout) {
    for (const LaidVm& vm : layout.vms) {
        if (vm.remote.empty()) continue;
        return "\n## Remote I/O\n"
               "The VM that makes such a device needs Bao's Linux driver for its I/O dispatcher "
               "(`/dev/bao-io-dispatcher`) and a\ndevice model; they find the device by its place "
               "in the node `bao,io-dispatcher`, counted from 0. A VM that accesses its\nregisters "
               "stands still until it is answered.\n";
    }
    return {};
}

std::string u_boot(const Layout& layout) {
    std::string out;
    const auto load = [&](const std::string& file, std::uint64_t at) {
        out += "    load ${devtype} ${devnum}:${distro_bootpart} " + hex(at) + " " + file + "\n";
    };
    for (const LaidVm& vm : layout.vms) {
        if (!vm.image.builtin) load(vm.image.file, vm.image.where.physical);
    }
    load("bao.bin", layout.hardware.hypervisor.first);
    return out + "    go " + hex(layout.hardware.hypervisor.first) + "\n";
}

std::string word(const std::string& label, const std::string& value) {
    return value.empty() ? "" : label + value + "\n";
}

std::string next_boot(const Layout& layout) {
    for (const LaidVm& vm : layout.vms) {
        if (vm.kind != VmKind::guest) continue;
        return "\n## Guests that are booted with the machine\n"
               "Bao does not copy their images: replace the file on the boot medium, and the next "
               "boot has the new one\n(activation: next-boot). Neither Bao nor this layout is "
               "built again as long as the image is not larger than\nabove. `guest-NAME-idle.bin` "
               "is one that waits: put it there for a guest that containers are to have, and say "
               "in\n"
               "`runphi.json` where the root VM has the boot medium mounted (`boot_medium`). An "
               "image of one's own begins with its\nfirst instruction, and has nothing in x0.\n";
    }
    return {};
}

}  // namespace

std::string readme(const Layout& layout, const std::string& hash) {
    const Hardware& hardware = layout.hardware;
    std::string out = "# Layout \"" + layout.name + "\" of board \"" + hardware.name +
                      "\"\n\nFor Bao " + hardware.version + ", platform `" + hardware.platform +
                      "`. Hash " + hash +
                      ". Written by `runphi bao layout`; all files here belong together.\n\n"
                      "| VM | CPUs | memory | devices | shared memory |\n|---|---|---|---|---|\n";
    for (const LaidVm& vm : layout.vms) out += vm_row(layout, vm);
    out +=
        "\n## Build Bao\nIn Bao's sources, with this folder as DIR, its absolute path, and its "
        "parent as PARENT, its name as NAME:\n\n"
        "    make PLATFORM=" +
        hardware.platform +
        " CONFIG_REPO=PARENT CONFIG=NAME CPPFLAGS=-DRUNPHI_LAYOUT=DIR\n\n"
        "The stubs of the slots are within Bao's image then.\n\n"
        "## The root VM's device tree\n"
        "Take the memory, CPU and shared memory nodes out of the machine's, leave the CPUs that "
        "the root VM has, numbered from 0,\nand what it has of devices; then\n\n"
        "    /include/ \"root.dtsi\"\n\nat its end.\n\n"
        "## What is loaded where\nBao itself to " +
        hex(hardware.hypervisor.first) + "; it keeps all to " + hex(hardware.hypervisor.end - 1) +
        ".\n\n"
        "| file | at | at most | is |\n|---|---|---|---|\n" +
        images(layout) + word("\nThe boot medium: ", hardware.boot_medium) + "With U-Boot:\n\n" +
        u_boot(layout) + word("\nTo start the machine again: ", hardware.reset) +
        "\n## On the machine\n`slots.json` and the `.dtb` files go to `/etc/runphi/bao` of the "
        "root VM.\n" +
        next_boot(layout) + remote_io(layout);
    return out;
}

}  // namespace runphi::bao
