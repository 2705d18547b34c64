// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <runphi/sdk.hpp>
#include <vector>

#include "driver/ioctl.hpp"
#include "inmate.hpp"
#include "memory.hpp"

namespace runphi::jailhouse {

// The inmate of a plan. Throws Error if it is not the only image.
Inmate inmate_of(const sdk::Plan& plan, const std::vector<sdk::Image>& images);

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
    // The bytes must outlive this object.
    void add(const LoadImage& image);

    // By target. What it points to is this object's.
    std::vector<LoadImage> list() const;

  private:
    // Pages of a file, or of zeros, until the end of the object.
    class Mapping {
      public:
        Mapping(int fd, std::uint64_t length);
        Mapping(const Mapping&) = delete;
        Mapping& operator=(const Mapping&) = delete;
        ~Mapping();
        const char* at(std::uint64_t offset) const { return begin_ + offset; }
        bool is_of(int fd) const { return fd == fd_; }

      private:
        int fd_ = -1;
        std::uint64_t length_ = 0;
        const char* begin_ = nullptr;
    };

    const Mapping& mapping_of(const sdk::Image& image);
    std::vector<MemoryPiece> memory_;
    std::deque<Mapping> files_;
    Mapping zeros_;
    std::vector<LoadImage> loads_;
};

}  // namespace runphi::jailhouse
