// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <string>

#include "core/base/error.hpp"

namespace phi {

// fstat(2). Throws os_error "stat PATH"; what is open can be asked unless its file system is
// broken.
inline struct stat status_of(int fd, const std::string& path) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) throw os_error("stat " + path);
    return status;
}

}  // namespace phi
