// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "settings.hpp"

namespace runphi::qemu {

// The firmware that boots a disk: the node's setting, else what the machine has. Empty on x86-64,
// where QEMU brings its own (SeaBIOS). Throws Error(unsupported) that names the package where there
// is none.
std::string require_firmware(const Settings& settings, const std::string& arch);

}  // namespace runphi::qemu
