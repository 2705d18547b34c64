// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "window.hpp"

namespace runphi::xen::dom0less {

struct BootScript {
    std::string load;           // the command that loads a file
    std::vector<Loaded> files;  // modules
    Loaded tree;                // board.dtb, or the overlay
    bool whole_tree = false;    // it is board.dtb
    std::optional<Loaded> xen;  // with a whole tree only
};

// U-Boot's commands, as text; mkimage -T script makes what its `source` runs.
std::string uboot_script(const BootScript& boot);
// QEMU's options, one a line; its own -dtb takes a whole tree, and -kernel takes Xen.
std::string qemu_options(const BootScript& boot);

}  // namespace runphi::xen::dom0less
