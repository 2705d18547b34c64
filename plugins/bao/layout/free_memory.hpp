// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "hardware.hpp"

namespace runphi::bao {

// Addresses that nothing has yet.
class FreeMemory {
  public:
    // All that a VM can have: 40 bits, the smallest intermediate physical address space that Bao
    // gives.
    FreeMemory();
    // A board's pools, without what Bao needs itself.
    explicit FreeMemory(const Hardware& hardware);

    void take(const Extent& what);
    // The lowest piece of such a size, and takes it. Throws Error(no_resource) that names `of` and
    // the largest piece that there is.
    std::uint64_t find(std::uint64_t size, std::uint64_t alignment, const std::string& of);
    // The same from an address on.
    std::uint64_t find_from(std::uint64_t from, std::uint64_t size, std::uint64_t alignment,
                            const std::string& of);

  private:
    std::vector<Extent> free_;
};

}  // namespace runphi::bao
