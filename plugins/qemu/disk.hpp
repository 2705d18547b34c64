// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>

// Disks: files of an image, so all that is in them was written by a stranger or by the guest.
namespace runphi::qemu {

// Throws Error(invalid) for a file that is not what the plan says it is, and for a qcow2 that names
// other files: they would be files of the host.
void check_disk(const sdk::PlannedImage& planned, const sdk::Image& image);

// How large the file can become by what the guest writes, in bytes. The disk must have been
// checked.
std::uint64_t largest_file(const sdk::PlannedImage& planned, const sdk::Image& image);

}  // namespace runphi::qemu
