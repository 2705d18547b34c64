// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/base/unique_fd.hpp"

namespace phi {

// openat2(2), always close-on-exec. Empty with errno set when it fails.
UniqueFd open_resolved(int dir_fd, const char* path, std::uint64_t flags, std::uint64_t resolve);

// The file of an O_PATH descriptor, opened for reading: what was looked at is what is read.
// Empty with errno set when it fails.
UniqueFd reopen_for_reading(int path_fd);

}  // namespace phi
