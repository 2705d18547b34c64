// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "pools.hpp"

namespace runphi::jailhouse {

// The memory that an image for a remote processor loads itself into: a 32-bit ELF file for Arm,
// which Linux' remoteproc reads. By address, not empty. Trusts no number in the file; throws
// Error(invalid).
std::vector<Extent> remote_segments(int fd, std::uint64_t length);

}  // namespace runphi::jailhouse
