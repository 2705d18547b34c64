// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/unique_fd.hpp"
#include "core/boot/shared_bind.hpp"

// What a container shares with the host, as one directory tree: its bind mounts, "0" and so on.
namespace phi::monitor {

// Where the tree is mounted, below the container's directory.
std::string shares_dir(const std::string& container_dir);

// Makes the tree, in a mount namespace of its own. Nobody but who is spawned with the descriptor
// (SpawnRequest::mount_namespace) sees it, and when the descriptor and the last such process are
// gone, so is the tree: on the host there is never more than an empty directory. Throws naming the
// source that cannot be mounted.
UniqueFd make_shares(const std::vector<boot::SharedBind>& binds, const std::string& container_dir);

}  // namespace phi::monitor
