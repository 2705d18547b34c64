// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace runphi::xen::dom0less {

// Of the machine's memory, bytes.
struct Range {
    std::uint64_t base = 0, size = 0;
};

// A file that a boot loader puts into memory.
struct Loaded {
    std::string file;  // its name in the folder
    Range place;
};

// Where the files go, one behind the other, each at a multiple of 2 MiB (which Xen's own Image
// wants, and no other minds). With `memory` they are kept to it, and out of `used`.
class Window {
  public:
    Window(std::uint64_t base, std::uint64_t size) : next_(base), end_(base + size) {}

    // `memory`: of the board; empty: not known. `used`: what somebody else has of it.
    void keep_to(std::vector<Range> memory, std::vector<Range> used);

    // Throws Error(no_resource) if there is no room left.
    Range take(std::uint64_t size, const std::string& what);

  private:
    bool has_memory(const Range& range) const;
    // Of what is used; nullptr: nothing of it is.
    const Range* user_of(const Range& range) const;

    std::uint64_t next_, end_;
    std::vector<Range> memory_, used_;
};

std::string text(const Range& range);  // "0x4a000000 to 0x4b000000"

}  // namespace runphi::xen::dom0less
