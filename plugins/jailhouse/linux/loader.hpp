// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace runphi::jailhouse {

// Was there a compiler for arm64 when this was built? Without it there is no loader.
bool has_linux_loader();

// What the first CPU of a cell begins with: guest/loaders/aarch64/linux.S with its parameters, the
// addresses of the kernel's first instruction and of the device tree. Throws Error(unsupported) if
// there is none.
std::string linux_loader(std::uint64_t kernel, std::uint64_t device_tree);

}  // namespace runphi::jailhouse
