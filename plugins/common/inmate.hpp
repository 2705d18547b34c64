// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace runphi::common {

// A piece of an inmate's file, and where in the cell it goes.
struct Segment {
    std::uint64_t offset = 0, size = 0, target = 0;  // bytes
};

// What is to be loaded of an inmate, and where its first CPU begins.
struct Inmate {
    std::vector<Segment> segments;  // by target, not over each other
    std::uint64_t entry = 0;
};

// A raw image goes to `load` (without it, to 0), and begins there or at `entry`. A 64-bit ELF file
// of the architecture ("aarch64", "x86_64") goes where its program headers say, and `load` is not
// for it. Trusts no number in the file; throws Error(invalid).
Inmate read_inmate(int fd, std::uint64_t length, const std::string& arch,
                   std::optional<std::uint64_t> load, std::optional<std::uint64_t> entry);

}  // namespace runphi::common
