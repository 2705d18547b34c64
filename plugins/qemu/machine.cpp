// SPDX-License-Identifier: Apache-2.0
#include "machine.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;

std::string write_part(const MachinePart& part) {
    return sdk::JsonWriter()
        .object()
        .field("emulator", part.emulator)
        .field("machine", part.machine)
        .field("accel", to_string(part.accelerator))
        .field("firmware", part.firmware)
        .end_object()
        .text();
}

MachinePart read_machine(const sdk::Plan& plan) {
    const auto part = plan.part("begin");
    if (!part) throw Error(Code::invalid, "plan.parts.begin: missing");
    const sdk::Json accel = part->at("accel");
    return {part->at("emulator").string(), part->at("machine").string(),
            accelerator_of(accel.string(), accel.path()), part->string_or("firmware", {})};
}

MachineFacts facts_of(const std::string& arch) {
    if (arch == "aarch64") return {0x40000000, 512};
    return {0, 288};
}

SerialPorts serial_ports(const std::string& arch, const std::string& kind) {
    if (arch != "aarch64") return {false, "ttyS0", "ttyS1"};
    if (kind == "linux") return {true, "ttyS0", "ttyS1"};
    return {false, "ttyAMA0", "ttyS0"};
}

const sdk::Image* find_image(const std::vector<sdk::Image>& images, const char* role) {
    for (const sdk::Image& one : images) {
        if (one.role == role) return &one;
    }
    return nullptr;
}

const sdk::Image& boot_image(const std::string& kind, const std::vector<sdk::Image>& images) {
    const char* role = kind == "inmate" ? "inmate" : "kernel";
    if (const sdk::Image* found = find_image(images, role)) return *found;
    throw Error(Code::invalid,
                "no " + std::string(role) + " image for a guest of kind \"" + kind + "\"");
}

bool boots_from_disk(const std::string& kind, const std::vector<sdk::Image>& images) {
    return kind == "kernel" && find_image(images, "kernel") == nullptr &&
           find_image(images, "disk") != nullptr;
}

ImageFormat boot_format(const sdk::Plan& plan, const std::vector<sdk::Image>& images) {
    const sdk::Image& image = boot_image(plan.kind, images);
    return image_format(image.fd, image.length, "the " + image.role);
}

std::string machine_with_firmware(const std::string& arch) {
    return arch == "aarch64" ? "virt" : "q35";
}

namespace {

bool starts_on_pc(const std::string& kind, ImageFormat format) {
    if (format == ImageFormat::pvh_elf) return true;
    if (kind == "inmate") return format == ImageFormat::raw || format == ImageFormat::multiboot;
    if (format == ImageFormat::multiboot) return kind == "kernel";
    return format == ImageFormat::bzimage;
}

bool starts_on_virt(const std::string& kind, ImageFormat format) {
    if (format == ImageFormat::arm64_image || format == ImageFormat::arm64_elf) return true;
    return format == (kind == "inmate" ? ImageFormat::raw : ImageFormat::gzip);
}

}  // namespace

std::string machine_for(const std::string& arch, const std::string& kind, ImageFormat format) {
    const bool arm = arch == "aarch64";
    if (arm ? starts_on_virt(kind, format) : starts_on_pc(kind, format)) {
        if (arm) return "virt";
        return kind == "kernel" || format == ImageFormat::bzimage ? "q35" : "microvm";
    }
    const std::string role = kind == "inmate" ? "inmate" : "kernel";
    const char* known = nullptr;
    if (arm) {
        known = kind == "inmate" ? "a raw binary, an arm64 ELF file"
                                 : "an arm64 Image (also gzipped), an arm64 ELF file";
    } else {
        known = kind == "inmate" ? "a raw binary, an ELF file with a PVH note, a Multiboot image"
                                 : "an ELF file with a PVH note (vmlinux), a bzImage";
    }
    throw Error(Code::invalid,
                "the " + role + " is " + describe(format) + ", which QEMU does not start as " +
                    (arm ? "an arm64" : "an x86-64") + " guest",
                "what works: " + std::string(known));
}

}  // namespace runphi::qemu
