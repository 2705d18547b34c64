// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "presence/presence.hpp"
#include "settings.hpp"

namespace runphi::xen {

// The program that calls libxl. libxl's ABI is another one in each release of Xen, so there is one
// for each: runphi-xen-4.17, beside the plugin.

// The path of the one for the Xen that runs; empty if it is not installed.
std::string find_helper(const Settings& settings, const Presence& xen);
// The same, but throws Error(not_found) that tells which ones are installed.
std::string require_helper(const Settings& settings, const Presence& xen);

}  // namespace runphi::xen
