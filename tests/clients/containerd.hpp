// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "isolation.hpp"

// containerd, which ctr and dockerd both stand on.
namespace phi::test {

inline constexpr const char* containerd_socket = "/run/containerd.sock";

// Writes its settings into the place; the argv that starts it. `cri`: those of Kubernetes'
// interface, in the words of containerd's file; empty: without that interface.
std::vector<std::string> prepare_containerd(const Place& place, const std::string& cri = "");

}  // namespace phi::test
