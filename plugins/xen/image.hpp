// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>

#include "domain/config.hpp"

// What a domain's kernel file is, and how an inmate becomes one that libxl loads.
namespace runphi::xen {

// Where the memory of a guest begins on Arm: xen/include/public/arch-arm.h, GUEST_RAM0_BASE. An
// arm64 Image lies there, text_offset bytes behind it.
inline constexpr std::uint64_t arm_memory = 0x40000000;
// Of an arm64 Image (the kernel's Documentation/arm64/booting.rst).
inline constexpr std::uint64_t arm64_header_size = 64;

enum class Format { arm64_image, elf, bzimage, gzip, raw };
const char* describe(Format format);  // "an arm64 Image"
Format format_of(int fd, std::uint64_t length);

// Throws Error(unsupported) if libxl loads no kernel of the format for the architecture.
void require_kernel(Format format, const std::string& arch);

// Of an inmate for arm64 that is no Image: its place in the guest. Of an ELF file that is where its
// segments say, else `load` (without it behind text_offset of QEMU's loader, as on QEMU) and
// `entry`. Throws Error(invalid) if that is not in `memory` bytes, or leaves no room in front for
// the header.
BootPart::Raw place_inmate(const sdk::Image& image, std::optional<std::uint64_t> load,
                           std::optional<std::uint64_t> entry, std::uint64_t memory);

// An arm64 Image which has the inmate at its place: libxl loads nothing else there.
sdk::UniqueFd wrap_inmate(const sdk::Image& image, const BootPart::Raw& place);

}  // namespace runphi::xen
