// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace phi::guest {

// The kernel inside the file that a distribution ships, in the form that boots fastest:
//   x86_64   the uncompressed ELF file (vmlinux), which must have a PVH entry. From a bzImage,
//   whose
//            header is described in the kernel's Documentation/x86/boot.rst, or from a vmlinux.
//   aarch64  the raw Image (Documentation/arm64/booting.rst). From an Image, compressed or not, or
//   from
//            an EFI zboot file (drivers/firmware/efi/libstub/zboot-header.S).
// `what` names the file in errors. Throws Error(invalid) for what is no such kernel.
std::string extract_kernel(std::string_view file, std::string_view arch, const std::string& what);

}  // namespace phi::guest
