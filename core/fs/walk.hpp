// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/unique_fd.hpp"

// What core/fs/resolve.hpp promises, with openat(2) alone: one component at a time, on descriptors
// only. Slower, and it holds a descriptor for each level of the path.
namespace phi {

UniqueFd walk_in_root(int root_fd, const std::string& path, bool follow);
UniqueFd walk_without_links(const std::string& absolute_path);
UniqueFd open_on_mount(int dir_fd, const std::string& name, int flags);

}  // namespace phi
