// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <runphi/sdk.hpp>
#include <utility>
#include <vector>

#include "../common/inmate.hpp"
#include "../common/mapping.hpp"
#include "driver/ioctl.hpp"
#include "memory.hpp"

namespace runphi::jailhouse {

using common::Inmate;
using common::Mapping;

// The inmate of a plan. Throws Error if it is not the only image.
Inmate inmate_of(const sdk::Plan& plan, const std::vector<sdk::Image>& images);

// The image for the plan's remote processors. The same.
const sdk::Image& remote_image_of(const sdk::Plan& plan, const std::vector<sdk::Image>& images);

// What is loaded into a cell: files, mapped and not copied, or other bytes; and zeros over all of
// its memory that these do not cover, where the last owner of it has left its own. Targets are
// addresses of the cell.
class CellImages {
  public:
    explicit CellImages(std::vector<MemoryPiece> memory);

    // Throw Error(invalid) if the target is not, whole, in one loadable piece of the memory, or is
    // taken.
    void add(const sdk::Image& image, std::uint64_t offset, std::uint64_t size,
             std::uint64_t target);
    // The bytes must outlive this object: `keep` holds their owner as long.
    void add(const LoadImage& image);
    void keep(std::shared_ptr<const void> owner) { owner_ = std::move(owner); }

    // By target. What it points to is this object's.
    std::vector<LoadImage> list() const;

  private:
    struct File {
        int fd = -1;  // borrowed, to recognize it
        Mapping bytes;
    };

    const Mapping& mapping_of(const sdk::Image& image);

    std::vector<MemoryPiece> memory_;
    std::vector<File> files_;
    Mapping zeros_;
    std::shared_ptr<const void> owner_;
    std::vector<LoadImage> loads_;
};

}  // namespace runphi::jailhouse
