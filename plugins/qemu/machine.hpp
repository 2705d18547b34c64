// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "image_format.hpp"
#include "settings.hpp"

namespace runphi::qemu {

// What the plan says under parts.begin.
struct MachinePart {
    std::string emulator;  // absolute path
    std::string machine;   // "microvm", "q35", "virt"
    Accelerator accelerator = Accelerator::automatic;
    std::string firmware;  // absolute path; empty: QEMU's own for this machine
};
std::string write_part(const MachinePart& part);
MachinePart read_machine(const sdk::Plan& plan);

// A machine's fixed facts.
struct MachineFacts {
    std::uint64_t ram_base = 0;   // guest physical
    std::uint64_t max_vcpus = 0;  // that QEMU 7.2 allows
};
MachineFacts facts_of(const std::string& arch);

// What Linux calls the serial ports. A Linux guest of ours on arm64 has both on a PCI card, because
// QEMU's PL011 stops the whole machine and its monitor while nobody reads the console; other guests
// there expect a PL011.
struct SerialPorts {
    bool on_one_card = false;
    const char* console = "";
    const char* agent = "";
};
SerialPorts serial_ports(const std::string& arch, const std::string& kind);

// The image that the guest starts from: role "inmate" for an inmate, else "kernel". Throws if it is
// not among them.
const sdk::Image& boot_image(const std::string& kind, const std::vector<sdk::Image>& images);
const sdk::Image* find_image(const std::vector<sdk::Image>& images, const char* role);
// A guest of kind "kernel" that brings no kernel but a disk: the firmware boots that.
bool boots_from_disk(const std::string& kind, const std::vector<sdk::Image>& images);
// Its format.
ImageFormat boot_format(const sdk::Plan& plan, const std::vector<sdk::Image>& images);

// microvm is the fastest to boot, and starts ELF files with a PVH note and inmates. What needs a
// BIOS, and kernels of an image, which may expect a PC's timers, get a q35. Throws Error(invalid)
// naming what the image is, if QEMU does not start it.
std::string machine_for(const std::string& arch, const std::string& kind, ImageFormat format);
// The machine whose firmware boots a disk.
std::string machine_with_firmware(const std::string& arch);

}  // namespace runphi::qemu
