// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "../../common/extent.hpp"
#include "../../common/linux/images.hpp"
#include "../slots/table.hpp"
#include "../window/window.hpp"

namespace runphi::bao {

using common::Extent;

// A VM as far as its images are concerned. Addresses are its own.
struct BootTarget {
    std::string vm;                               // slot "s0"
    std::vector<Extent> memory;                   // all of it
    std::vector<Extent> room;                     // of that, where images may go
    Extent linux;                                 // of that, where a Linux goes
    std::optional<std::uint64_t> window;          // of a slot: its window
    std::optional<std::uint64_t> return_address;  // of a slot: where a guest goes to end
    std::string device_tree, device_tree_hash;
};
BootTarget target_of(const Slot& slot);
// Its image is one piece, in which the first instructions may have to be ours (staged_image.hpp).
BootTarget target_of(const Guest& guest);

// What a VM's memory is filled with, and where its CPU begins: an inmate, which finds the address
// of its window in x0, or an arm64 Linux, which finds its device tree there.
class BootImage {
  public:
    // `folder`: where the device tree is, beside the slot table. Trusts nothing in the images;
    // throws Error for what does not fit the VM's memory.
    BootImage(const BootTarget& target, const sdk::Plan& plan,
              const std::vector<sdk::Image>& images, const std::string& folder);

    // Not over each other, in the VM's memory. What they point to is this object's.
    const std::vector<Load>& loads() const { return loads_; }
    std::uint64_t entry() const { return entry_; }
    std::uint64_t argument() const { return argument_; }

  private:
    void add_inmate(const BootTarget& target, const sdk::Plan& plan,
                    const std::vector<sdk::Image>& images);
    void add_linux(const BootTarget& target, const sdk::Plan& plan,
                   const std::vector<sdk::Image>& images, const std::string& folder);
    void add(const BootTarget& target, std::string_view bytes, std::uint64_t address);

    common::Mapping inmate_;
    std::optional<common::LinuxImages> linux_;
    std::string device_tree_;
    std::vector<Load> loads_;
    std::uint64_t entry_ = 0, argument_ = 0;
};

}  // namespace runphi::bao
