// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

// The guest kernel's command line.
namespace runphi::qemu {

// Of the node's kernel with phi-init: what the container asked for, and what runPHI needs behind
// it, because of two settings of a parameter the kernel takes the later. Throws Error(invalid) for
// words that would hide ours.
// `machine` decides which drivers the channel for sessions needs; `modules`: what phi-init loads
// before anything else.
std::string linux_parameters(const std::string& arch, const std::string& machine,
                             const std::string& asked,
                             const std::vector<std::string>& modules = {});

// Of an image's own kernel: as the image wants it, with a console if it names none.
std::string own_kernel_parameters(const std::string& arch, const std::string& asked);

// What an emulated x86 needs besides. `tsc_khz`: the rate of the guest's time stamp counter. Linux
// measures it against an emulated timer, which fails on a busy host, and without KVM's clock and
// without HPET it has no other time source: it hangs. So it is told.
std::string emulated_x86_parameters(std::uint64_t tsc_khz);

// What phi-init needs for the network of this machine: the modules of its devices.
std::string network_parameters(const std::string& machine);

}  // namespace runphi::qemu
