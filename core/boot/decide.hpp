// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/boot/image_file.hpp"
#include "core/boot/wishes.hpp"

namespace phi::boot {

// Which of the wishes hold, once they are looked at together.
struct Decision {
    Kind kind = Kind::linux;
    Source source = Source::node;
    std::optional<Wish<std::string>> guest;  // the inmate, or the image's kernel; else the node's
    std::optional<Wish<std::string>> initrd, dtb;
    std::optional<Wish<Disk>> disk;
    bool from_disk = false;  // no kernel at all: the firmware boots the disk
};

// Throws where two wishes contradict each other, naming both.
//  - org.runphi.guest decides the kind. What does not fit it is an error when a source at least as
//    high names it, and is overruled when a lower one does.
//  - An inmate and a kernel, and neither overruled: an error.
//  - An `inmate` of a guest that is Linux (os_var) is its kernel, as in the original; a `kernel` of
//    one that is not, an inmate.
//  - An initrd alone boots with the node's kernel.
//  - A disk alone is booted by the firmware.
//  - An image file, or org.runphi.guest=inmate, that names nothing: the original's /boot/boot.bin.
//  - Else: the node's Linux kernel and the root file system.
Decision decide(const Wishes& wishes, const ImageFiles& files);

}  // namespace phi::boot
