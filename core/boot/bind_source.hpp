// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/unique_fd.hpp"

namespace phi::boot {

struct BindSource {
    UniqueFd fd;  // O_PATH
    bool is_directory = false;
};

// Opens the source of a bind mount on the host, to be copied or shared. Links are followed, as runc
// does: the path is the engine's, not the image's. Throws for what no guest can use from there:
// devices, sockets, FIFOs, and anything on the host's /proc, /sys, /dev or another file system of
// the kernel's.
BindSource open_bind_source(const std::string& path, const std::string& bundle_dir);

}  // namespace phi::boot
