// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "core/container/record.hpp"

// What the commands that speak with a guest's agent share.
namespace phi::command {

// Longer than the monitor waits for a guest to come up, so that its reason is told.
inline constexpr auto guest_start_limit = std::chrono::seconds(75);

// Is there a guest to speak with? Throws runc's words: "cannot exec in a stopped container".
void check_has_guest(container::Status status, const std::string& what);

}  // namespace phi::command
