// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

// A disk: a raw image, which a loop device makes a block device of for Xen's back end in dom0's
// kernel, xen-blkback. Other formats and buses need QEMU in dom0.
namespace runphi::xen {

// Throws Error(unsupported, invalid) if a domain cannot have it.
void check_disk(const sdk::PlannedImage& planned, const sdk::Image& image);

struct LoopDevice {
    std::string path;  // "/dev/loop3"
    // The device detaches itself from the image when nobody has it open any more, however that
    // comes.
    sdk::UniqueFd fd;
};
// Throws Error.
LoopDevice attach_loop(const sdk::Image& image, bool writable);

}  // namespace runphi::xen
