// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

#include "deadline.hpp"
#include "settings.hpp"

namespace runphi::qemu {

// True if a partition of this architecture shall run under KVM.
//
// That /dev/kvm opens, and that it runs a BIOS, proves nothing: there are machines (virtual ones,
// most of all) where Linux then hangs. So `auto` boots the node's own guest kernel to phi-init's
// first word, once a boot and for each kernel, in a few seconds; what does not come that far runs
// under TCG. No process is left of it.
bool use_kvm(const sdk::Host& host, Accelerator wanted, const std::string& arch,
             const std::string& emulator, Deadline deadline);

// The initramfs of that boot: phi-init alone, which finds no configuration and says so.
std::string probe_initramfs(std::string_view init);

}  // namespace runphi::qemu
