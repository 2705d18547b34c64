// SPDX-License-Identifier: Apache-2.0
#include "firmware.hpp"

#include <unistd.h>

#include <runphi/sdk.hpp>

namespace runphi::qemu {

namespace {

// Debian, Fedora and Arch, openSUSE: UEFI as one file that QEMU maps read-only.
constexpr const char* uefi_arm64[] = {
    "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd",
    "/usr/share/edk2/aarch64/QEMU_EFI.fd",
    "/usr/share/qemu/qemu-uefi-aarch64.bin",
};

}  // namespace

std::string require_firmware(const Settings& settings, const std::string& arch) {
    const std::string& own =
        arch == "aarch64" ? settings.firmware_aarch64 : settings.firmware_x86_64;
    if (!own.empty()) {
        if (::access(own.c_str(), R_OK) == 0) return own;
        throw sdk::os_error("backend_settings.qemu.firmware." + arch + ": " + own);
    }
    if (arch != "aarch64") return {};
    for (const char* path : uefi_arm64) {
        if (::access(path, R_OK) == 0) return path;
    }
    throw sdk::Error(sdk::Code::unsupported,
                     "there is no UEFI firmware to boot the disk of an arm64 guest",
                     "install Debian's package qemu-efi-aarch64, or name a file in "
                     "backend_settings.qemu.firmware.aarch64");
}

}  // namespace runphi::qemu
