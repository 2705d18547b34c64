// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "isolation.hpp"

// containerd, which ctr and dockerd both stand on.
namespace phi::test {

inline constexpr const char* containerd_socket = "/run/containerd.sock";

// Writes its settings into the place; the argv that starts it.
std::vector<std::string> prepare_containerd(const Place& place);

}  // namespace phi::test
