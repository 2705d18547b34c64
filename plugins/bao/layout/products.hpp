// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../slots/table.hpp"
#include "layout.hpp"
#include "tree.hpp"

// What a layout is written as.
namespace runphi::bao {

// Bao's configuration, in C, for its release 2.0 (src/core/inc/config.h). The stubs' images are
// found by the macro RUNPHI_LAYOUT, the folder of the layout.
std::string config_source(const Layout& layout);

// What a VM that is not the root finds: CPUs, memory, interrupt controller, timer, devices, shared
// memory, an empty /chosen.
TreeNode vm_tree(const Layout& layout, const LaidVm& vm);
// What the layout adds to the root VM's device tree: its memory, the windows and channels, and that
// this is the layout.
TreeNode root_tree(const Layout& layout, const std::string& hash);

// "slot-s0", "guest-g0": files of a VM begin so.
std::string file_stem(const LaidVm& vm);
SlotTable table_of(const Layout& layout);

// A copy of the slot stub's image for each slot, in the order of the VMs, with what it must know of
// its VM (guest/slot/slot_parameters.h). Throws Error(invalid) for what is no stub, or too large.
std::vector<std::string> stub_images(const Layout& layout, std::string_view stub,
                                     const std::string& what);
// The file of the stub of vms[index].
std::string stub_file(std::size_t index);

// How to build and to place all of it; for people.
std::string readme(const Layout& layout, const std::string& hash);

struct Product {
    std::string file;
    std::string content;
};
// All files of a layout. `stub` may be empty for a layout without slots.
std::vector<Product> products_of(const Layout& layout, std::string_view stub,
                                 const std::string& what);

}  // namespace runphi::bao
