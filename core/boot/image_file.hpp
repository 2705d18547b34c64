// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/boot/choice.hpp"
#include "core/boot/wishes.hpp"
#include "core/fs/rootfs.hpp"
#include "core/settings/settings.hpp"

namespace phi::boot {

// Opens what the sources name: below the container's root file system, and what is not there below
// the folders that the node's settings list, with the same confinement. Nowhere else.
class ImageFiles {
  public:
    ImageFiles(const Rootfs& rootfs, const std::vector<std::string>& image_dirs)
        : rootfs_(rootfs), image_dirs_(image_dirs) {}

    // `where` names the source. Throws Error that names it and the path.
    Image open(const std::string& path, const std::string& where, const std::string& role) const;
    // A disk. It can be written unless the root file system is read-only or the disk is the host's,
    // in one of the node's image_dirs.
    Image open_disk(const Wish<Disk>& disk, bool read_only) const;
    // Is there a regular file of this name in the root file system?
    bool exists(const std::string& path) const;
    // "/boot/Image (annotation org.runphi.kernel)", for messages.
    static std::string describe(const std::string& path, const std::string& where);

  private:
    UniqueFd find_in_image_dirs(const std::string& path) const;
    const Rootfs& rootfs_;
    const std::vector<std::string>& image_dirs_;
};

// guest_dir/ARCH/kernel, which must be trusted. Throws an Error that says how to prepare one.
Image open_node_kernel(const Settings& settings, const std::string& arch);

}  // namespace phi::boot
