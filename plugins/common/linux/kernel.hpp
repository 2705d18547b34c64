// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "../mapping.hpp"

namespace runphi::common {

// What an arm64 kernel says about itself in the first bytes of its Image (Linux'
// Documentation/arch/arm64/booting.rst).
struct KernelHeader {
    std::uint64_t text_offset = 0;  // bytes from an address that is a multiple of 2 MiB
    std::uint64_t image_size = 0;   // bytes of memory from the Image's first byte on, its own data
                                    // without a content included
};

// A kernel that is to be loaded: the file's own pages where it is an Image, or what a gzip file of
// one holds.
class Kernel {
  public:
    // `most`: bytes that the kernel may have when it is unpacked. Trusts nothing in the file;
    // throws Error(invalid) for what is no little-endian arm64 Image.
    static Kernel open(int fd, std::uint64_t length, std::uint64_t most);

    const KernelHeader& header() const { return header_; }
    std::string_view bytes() const { return content_.bytes(); }

  private:
    Kernel(Mapping content, const KernelHeader& header);

    Mapping content_;
    KernelHeader header_;
};

}  // namespace runphi::common
