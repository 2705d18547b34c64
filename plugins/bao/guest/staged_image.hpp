// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "boot_image.hpp"

namespace runphi::bao {

// The image that a boot loader puts into a guest's memory, from its first byte on: what the VM is
// filled with in one piece. Bao enters it at the guest's entry; where the image itself begins
// elsewhere, or wants something in x0, instructions of ours are there that go on to it. Throws
// Error(no_resource) where the image leaves no room for them.
std::string staged_image(const Guest& guest, const BootImage& image);

// Of a guest that no container has: it waits for ever. `entry`: from the image's beginning.
std::string idle_image(std::uint64_t entry);

}  // namespace runphi::bao
