// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace runphi::qemu {

// What an image to boot is, as QEMU's -kernel tells them apart.
enum class ImageFormat {
    raw,          // none of the others: bytes to be put at an address
    pvh_elf,      // x86 ELF with Xen's PHYS32_ENTRY note: the PVH start protocol
    multiboot,    // Multiboot 1 header in the first 8 KiB
    bzimage,      // Linux on x86, compressed, started through a BIOS
    arm64_image,  // Linux on arm64, or what looks like it: the header of
                  // Documentation/arm64/booting
    gzip,         // a compressed Image, which QEMU unpacks for arm64
    arm64_elf,
    other_elf,  // an ELF file that no machine here starts
};

// Looks at the first bytes and the ELF program headers; trusts none of their numbers.
ImageFormat image_format(int fd, std::uint64_t length, const std::string& what);

// For messages: "an x86 ELF file with a PVH note".
const char* describe(ImageFormat format);

}  // namespace runphi::qemu
