// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "presence/presence.hpp"
#include "settings.hpp"

namespace runphi::xen {

// The programs that call Xen's own libraries, whose ABI is another one in each release of Xen. So
// there is one of each for each release, beside the plugin.
enum class Program {
    helper,  // runphi-xen-4.17: libxl, which makes domains and serves them
    reader,  // runphi-xen-reader-4.17: libxenctrl, a tenth of it, which tells what there is
};

// The path of the one for the Xen that runs; empty if it is not installed.
std::string find_program(Program program, const Settings& settings, const Presence& xen);
// The same, but throws Error(not_found) that tells which ones are installed.
std::string require_program(Program program, const Settings& settings, const Presence& xen);

}  // namespace runphi::xen
