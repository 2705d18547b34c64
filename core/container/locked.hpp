// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/container/store.hpp"

// A container's directory and its lock. Short commands stand on this, so nothing here may need a
// backend.
namespace phi::container {

// nullopt when the directory was removed before the lock could be had, or while it was waited for:
// then there is nothing to lock any more. Throws Error(busy) when the deadline has passed.
std::optional<Lock> lock_directory(int dir_fd, const std::string& id, Deadline deadline);

// Store::open_locked of the store in this directory; nullopt: there is no such container.
std::optional<Container> open_locked_at(const std::string& store_dir, const std::string& id,
                                        Deadline deadline);

}  // namespace phi::container
