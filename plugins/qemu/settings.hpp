// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace runphi::qemu {

enum class Accelerator { automatic, tcg, kvm };
const char* to_string(Accelerator accelerator);  // "auto", "tcg", "kvm"
Accelerator accelerator_of(const std::string& name, const std::string& where);

// The node's settings for this backend, "backend_settings"."qemu" of runphi.json. Every key is
// optional, an unknown one is an error.
struct Settings {
    // "accel": "auto" takes KVM if it has booted the node's guest kernel (kvm.hpp), else TCG.
    Accelerator accelerator = Accelerator::automatic;
    // "emulator": {"x86_64": PATH, "aarch64": PATH}, absolute, instead of the usual places.
    std::string emulator_x86_64, emulator_aarch64;
    // "firmware": {"x86_64": PATH, "aarch64": PATH}, absolute: what boots a disk.
    std::string firmware_x86_64, firmware_aarch64;
    // "virtiofsd": PATH, absolute, instead of the usual places.
    std::string virtiofsd;
    // "prealloc": touch all memory of the guest at create. Absent: for partitions with CPUs of
    // their own, whose point is to be undisturbed later.
    std::optional<bool> prealloc;

    // Throws Error(invalid) that names the key.
    static Settings parse(std::string_view json);
};

}  // namespace runphi::qemu
