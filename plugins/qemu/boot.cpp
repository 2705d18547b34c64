// SPDX-License-Identifier: Apache-2.0
#include "boot.hpp"
#include "../common/disk.hpp"

#include <algorithm>
#include <iterator>
#include <runphi/sdk/kernel_parameters.hpp>

#include "backend.hpp"
#include "disk.hpp"
#include "inmate_elf.hpp"
#include "kernel_parameters.hpp"
#include "machine.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;

namespace {

constexpr const char* method_names[] = {"kernel", "wrapped", "address", "disk"};
constexpr std::uint64_t pc_low_memory_end = 0xc0000000;  // 3 GiB: devices lie behind it

// What the guest's kernel needs besides what it has built in.
std::vector<std::string> modules_of(const sdk::Plan& plan) {
    if (plan.shares.empty()) return {};
    return {read_machine(plan).machine == "microvm" ? "virtio_mmio" : "virtio_pci", "virtiofs"};
}

std::string parameters_of(const sdk::Plan& plan) {
    std::string out;
    if (plan.kind == "linux") {
        out =
            linux_parameters(plan.arch, read_machine(plan).machine, plan.cmdline, modules_of(plan));
    } else if (plan.kind == "kernel") {
        out = own_kernel_parameters(plan.arch, plan.cmdline);
    } else {
        out = plan.cmdline;
    }
    sdk::check_kernel_parameters(plan.kind == "linux" ? out + emulated_x86_parameters(9'999'999) +
                                                            network_parameters("microvm")
                                                      : out);
    return out;
}

// A raw binary must lie in the guest's memory, and be entered inside itself.
void check_place(const sdk::Plan& plan, const BootPart& part, std::uint64_t length) {
    const std::uint64_t base =
        plan.arch == "aarch64" ? facts_of(plan.arch).ram_base : x86_inmate_address;
    std::uint64_t end = facts_of(plan.arch).ram_base + plan.memory_size();
    if (plan.arch == "x86_64" && end > pc_low_memory_end) end = pc_low_memory_end;
    if (part.load < base || part.load >= end || length > end - part.load) {
        throw Error(Code::invalid, "the inmate, " + std::to_string(length) +
                                       " bytes at load address " + std::to_string(part.load) +
                                       ", is not inside the guest's memory, " +
                                       std::to_string(base) + " to " + std::to_string(end));
    }
    if (part.entry < part.load || part.entry - part.load >= length) {
        throw Error(Code::invalid, "entry address " + std::to_string(part.entry) +
                                       " is outside of the inmate, " + std::to_string(length) +
                                       " bytes at " + std::to_string(part.load));
    }
}

BootPart place_inmate(const sdk::Plan& plan, ImageFormat format, std::uint64_t length) {
    BootPart part;
    const bool addressed = plan.load_address || plan.entry_address;
    if (format != ImageFormat::raw) {
        if (addressed) {
            throw Error(Code::invalid,
                        std::string("a load or entry address is given, but the "
                                    "inmate is ") +
                            describe(format) + ", which has its own",
                        "give addresses with raw binaries only");
        }
        return part;
    }
    if (length == 0) throw Error(Code::invalid, "the inmate is empty");
    if (plan.arch == "x86_64") {
        part.method = BootPart::Method::wrapped;
        part.load = plan.load_address.value_or(x86_inmate_address);
    } else {
        // QEMU's own loader puts it at 0x40080000, with the device tree's address in x0.
        if (!addressed) return part;
        if (!plan.load_address) {
            throw Error(Code::invalid, "an entry address without a load address");
        }
        part.method = BootPart::Method::address;
        part.load = *plan.load_address;
    }
    part.entry = plan.entry_address.value_or(part.load);
    check_place(plan, part, length);
    return part;
}

void check_roles(const sdk::Plan& plan) {
    for (const sdk::PlannedImage& image : plan.images) {
        const bool fits = image.role == (plan.kind == "inmate" ? "inmate" : "kernel") ||
                          (image.role == "initrd" && plan.kind != "inmate") ||
                          (image.role == "dtb" && plan.arch == "aarch64") ||
                          (image.role == "disk" && plan.kind == "kernel");
        if (fits) continue;
        throw Error(Code::unsupported, "a " + image.role + " (" +
                                           (image.path.empty() ? "made by runPHI" : image.path) +
                                           "): QEMU's " + plan.arch + " partition of kind " +
                                           plan.kind + " takes none");
    }
}

// Parameters and an initrd are a kernel's; firmware would drop them without a word.
void refuse_kernel_wishes(const sdk::Plan& plan) {
    if (plan.cmdline.empty()) return;
    throw Error(Code::invalid,
                "kernel parameters, but the guest boots from its disk: " + plan.cmdline,
                "name a kernel beside the disk, or leave them out");
}

}  // namespace

std::string QemuBackend::boot(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    check_roles(plan);
    if (const auto* disk = common::planned_disk(plan))
        check_disk(*disk, *find_image(in.images, "disk"));
    BootPart part;
    if (boots_from_disk(plan.kind, in.images)) {
        refuse_kernel_wishes(plan);
        part.method = BootPart::Method::disk;
    } else {
        const sdk::Image& image = boot_image(plan.kind, in.images);
        if (plan.kind == "inmate") {
            part = place_inmate(plan, boot_format(plan, in.images), image.length);
        }
        part.cmdline = parameters_of(plan);
    }
    sdk::JsonWriter out;
    out.object().field("method", method_names[static_cast<int>(part.method)]);
    if (part.method == BootPart::Method::wrapped || part.method == BootPart::Method::address) {
        out.field("load_address", part.load).field("entry_address", part.entry);
    }
    return out.field("cmdline", part.cmdline).end_object().text();
}

BootPart read_boot(const sdk::Plan& plan) {
    const auto json = plan.part("boot");
    if (!json) throw Error(Code::invalid, "plan.parts.boot: missing");
    BootPart part;
    const sdk::Json method = json->at("method");
    const std::string name = method.string();
    const auto* known = std::find(std::begin(method_names), std::end(method_names), name);
    if (known == std::end(method_names)) {
        throw Error(Code::invalid, method.path() + ": \"" + name + "\" is not known");
    }
    part.method = static_cast<BootPart::Method>(known - std::begin(method_names));
    part.load = json->u64_or("load_address", 0);
    part.entry = json->u64_or("entry_address", 0);
    part.cmdline = json->at("cmdline").string();
    return part;
}

BootFiles prepare_boot(const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                       Launch& launch) {
    const BootPart part = read_boot(plan);
    BootFiles files;
    const auto hand_over = [&](int fd) {
        const int number = child_fd::image + static_cast<int>(files.map.size());
        files.map.push_back({fd, number});
        return number;
    };
    launch.cmdline = part.cmdline;
    launch.firmware = read_machine(plan).firmware;
    const bool from_disk = part.method == BootPart::Method::disk;
    if (!from_disk) {
        const sdk::Image& image = boot_image(plan.kind, images);
        int fd = image.fd;
        if (part.method == BootPart::Method::wrapped) {
            files.owned.push_back(wrap_x86_inmate(fd, image.length, part.load, part.entry));
            fd = files.owned.back().get();
        }
        const int number = hand_over(fd);
        if (part.method == BootPart::Method::address) {
            launch.raw = Launch::Raw{number, part.load, part.entry};
            launch.cmdline.clear();  // there is no kernel to read it
        } else {
            launch.kernel = number;
        }
    }
    if (const sdk::Image* initrd = find_image(images, "initrd")) {
        launch.initrd = hand_over(initrd->fd);
    } else if (plan.kind == "linux") {
        throw Error(Code::invalid, "no initrd for a guest of kind \"linux\"");
    }
    if (const sdk::Image* dtb = find_image(images, "dtb")) launch.dtb = hand_over(dtb->fd);
    if (const sdk::PlannedImage* disk = common::planned_disk(plan)) {
        launch.disk = Launch::Disk{hand_over(find_image(images, "disk")->fd), disk->format,
                                   disk->bus, disk->writable, from_disk};
    }
    return files;
}

}  // namespace runphi::qemu
