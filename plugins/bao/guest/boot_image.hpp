// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "../../common/linux/images.hpp"
#include "../slots/table.hpp"
#include "../window/window.hpp"

namespace runphi::bao {

// What a slot's memory is filled with, and where its CPU begins: an inmate, which finds the address
// of its window in x0, or an arm64 Linux, which finds its device tree there.
class BootImage {
  public:
    // `folder`: where the slot's device tree is, beside the slot table. Trusts nothing in the
    // images; throws Error for what does not fit the slot's memory.
    BootImage(const Slot& slot, const sdk::Plan& plan, const std::vector<sdk::Image>& images,
              const std::string& folder);

    // Not over each other, in the slot's memory. What they point to is this object's.
    const std::vector<Load>& loads() const { return loads_; }
    std::uint64_t entry() const { return entry_; }
    std::uint64_t argument() const { return argument_; }

  private:
    void add_inmate(const Slot& slot, const sdk::Plan& plan, const std::vector<sdk::Image>& images);
    void add_linux(const Slot& slot, const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                   const std::string& folder);
    void add(const Slot& slot, std::string_view bytes, std::uint64_t target);

    common::Mapping inmate_;
    std::optional<common::LinuxImages> linux_;
    std::string device_tree_;
    std::vector<Load> loads_;
    std::uint64_t entry_ = 0, argument_ = 0;
};

}  // namespace runphi::bao
