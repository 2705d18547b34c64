// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../extent.hpp"

namespace runphi::common {

// Bytes by which an image's tree grows at most.
inline constexpr std::size_t own_tree_growth = std::size_t{16} << 10;

// A device tree that the image brings, with what only the partition's maker knows put into it: the
// memory, unless there is none to put, the kernel's parameters, where the initrd is, and a seed of
// random bytes unless empty. All else stays as the image has it, for it is the image that says it
// knows the partition. Trusts nothing in it; throws Error(invalid).
std::string adapt_own_tree(std::string_view image, const std::vector<Extent>& memory,
                           const std::string& bootargs, const Extent& initrd,
                           const std::string& seed = {});

}  // namespace runphi::common
