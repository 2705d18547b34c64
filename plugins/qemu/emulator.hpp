// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "settings.hpp"

namespace runphi::qemu {

// "x86_64" or "aarch64": the machine that this library was built for.
std::string host_arch();

// Is there a program that we may run?
bool executable(const std::string& path);

// Where the emulator of a guest architecture is; empty if it is not installed.
std::string find_emulator(const Settings& settings, const std::string& arch);
// The same; throws Error(unsupported) that names the Debian package which is missing.
std::string require_emulator(const Settings& settings, const std::string& arch);

}  // namespace runphi::qemu
