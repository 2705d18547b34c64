// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "../mapping.hpp"

namespace runphi::common {

// What the gzip file holds. Throws Error(invalid) if it is damaged or cut off; no_resource if it is
// more than `most` bytes.
Mapping unpack_gzip(int fd, std::uint64_t length, std::uint64_t most);

}  // namespace runphi::common
