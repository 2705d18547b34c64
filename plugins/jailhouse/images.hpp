// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <vector>

#include "design.hpp"
#include "driver/ioctl.hpp"

namespace runphi::jailhouse {

// The inmate among the images of a plan. Throws Error if it is not the only one.
const sdk::Image& inmate_image(const std::vector<sdk::Image>& images);
Inmate inmate_of(const sdk::Plan& plan, const std::vector<sdk::Image>& images);

// What is loaded into a cell: the inmate's segments straight from its file, and zeros over all of
// the memory that they do not cover, where the last owner of it has left its own.
class CellImages {
  public:
    CellImages(const sdk::Image& image, const Inmate& inmate, const CellMemory& memory);
    CellImages(const CellImages&) = delete;
    CellImages& operator=(const CellImages&) = delete;
    ~CellImages();

    const std::vector<LoadImage>& list() const { return list_; }

  private:
    void add_zeros(std::uint64_t from, std::uint64_t to);

    std::uint64_t length_ = 0, zeros_length_ = 0;
    const char* file_ = nullptr;
    const char* zeros_ = nullptr;
    std::vector<LoadImage> list_;
};

}  // namespace runphi::jailhouse
