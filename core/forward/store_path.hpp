// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/settings/settings.hpp"

// Where a container's directory is. Here, and not in container/, because the question "is this id
// ours?" must be answered before anything else of the runtime is touched.
namespace phi::forward {

// The --root of runc when none is given; ours too, so that both mean the same store.
inline constexpr const char* default_root = "/run/runc";

// The folder that holds the containers of this --root: the state folder itself for the default root
// (empty or "/run/runc"), else "@" and a hash of the root below it. The same id under two roots is
// two containers.
std::string store_dir(const Settings& settings, const std::string& root);

// Has the store a directory for this id? One system call. False for what no container id can be.
bool has_container(const Settings& settings, const std::string& root, const std::string& id);

}  // namespace phi::forward
