// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "isolation.hpp"

namespace phi::test {

inline constexpr const char* state_dir = "/run/runPHI";

// Installs the built program in the place as a user would: a folder with `runc`, settings that name
// the vanilla one, and the QEMU backend. Returns the path of that `runc`. Needs the guest folder
// that RUNPHI_TEST_GUEST_DIR names.
std::string install_runphi(const Place& place);

}  // namespace phi::test
