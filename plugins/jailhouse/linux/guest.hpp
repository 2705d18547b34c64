// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "../../common/linux/images.hpp"
#include "../../common/linux/placement.hpp"
#include "../driver/ioctl.hpp"
#include "../format/model.hpp"
#include "describe.hpp"

namespace runphi::jailhouse {

// What a Linux guest boots from, and where in the cell it goes: what `jailhouse cell linux` finds
// out. A kernel and an initrd come from their files; the device tree and the loader are made.
class LinuxGuest {
  public:
    // `ram`: the cell's memory that is the kernel's. Opens the images of the plan: "kernel",
    // perhaps "initrd" and "dtb". Throws Error if they are none, or do not fit.
    LinuxGuest(const sdk::Plan& plan, const std::vector<sdk::Image>& images, const Extent& ram);

    // Where the cell's first CPU begins: cpu_reset_address.
    std::uint64_t entry() const { return place_.loader; }
    const common::LinuxPlacement& placement() const { return place_; }

    // Makes the device tree and the loader for the cell, which is all that `images` still lacks.
    // `channel`: the memory channel, if it has one.
    void describe(const System& system, const Cell& cell, const std::optional<Extent>& channel,
                  const Machine& machine);

    const std::string& device_tree() const { return device_tree_; }
    // By address; of `ram`, what lies between them is not covered. Valid as long as this is.
    std::vector<LoadImage> images() const;

  private:
    std::string parameters(const CellTree& tree, const std::optional<Extent>& channel) const;

    std::string kind_, asked_;
    common::LinuxImages boots_;
    common::LinuxPlacement place_;
    std::string device_tree_, loader_;
};

}  // namespace runphi::jailhouse
