// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/unique_fd.hpp"

namespace phi::boot {

// A bind mount that the guest shares with the host: one entry of the container's share, named by
// its place in the list, "0" and so on.
struct SharedBind {
    UniqueFd source;          // O_PATH, opened in the host's mount namespace
    std::string path;         // as the config names it
    std::string destination;  // in the guest
    bool is_directory = false;
    bool recursive = false;
    bool read_only = false;
    bool follows_host = false;
};

}  // namespace phi::boot
