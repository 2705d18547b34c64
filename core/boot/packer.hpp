// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boot/cpio.hpp"
#include "core/boot/tree.hpp"

namespace phi::boot {

// Writes the tree to the archive: every directory before what is in it, names in byte order, so
// that one tree gives one archive. Reads nothing outside the root file system and the layers, and
// crosses no mount point (what is mounted there on the host is not the image's): a mount point is
// packed as an empty directory or file. Sockets are left out, as cpio(5) has no use for them.
void pack_tree(const Tree& tree, CpioWriter& writer);

}  // namespace phi::boot
