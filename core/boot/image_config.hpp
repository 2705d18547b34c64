// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/boot/wishes.hpp"
#include "core/fs/rootfs.hpp"

// The original's file in the image, /boot/configuration.json or /boot/config.json.
//
// A stranger wrote it, and an innocent image may have a file of that name that means something
// else. It is ours when it is a regular file in which
//  - the text is a JSON object, and one of its keys is `os_var`, `inmate`, `starting_vaddress` or
//    `rpu_req`, which nobody else uses, or it has keys and all of them are keys of ours; or
//  - the text is broken (no JSON, over 64 KiB, nested deeper than 16) but begins like an object and
//    has one of those four keys in double quotes in its first 64 KiB: somebody meant us, and should
//    be told what is wrong.
// Everything else (links out of the image, FIFOs, devices, unreadable files) is not ours.
namespace phi::boot {

struct ImageConfig {
    std::string path;  // in the image
    std::string text;  // at most one byte over the limit
};

// The first of the two files that is ours. Throws nothing that depends on the image.
std::optional<ImageConfig> find_image_config(const Rootfs& rootfs);

bool is_image_config(std::string_view text);

// Throws Error(invalid) naming the file and the key.
Wishes parse_image_config(const ImageConfig& config);

}  // namespace phi::boot
