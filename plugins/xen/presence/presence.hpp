// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "../settings.hpp"

namespace runphi::xen {

// What this kernel says of the hypervisor below it.
struct Presence {
    enum class Place { bare, guest, dom0 };
    Place place = Place::bare;
    unsigned major = 0, minor = 0;
    std::string version;  // "4.17.6-pre"; empty on bare hardware
    std::string reason;   // what was looked at and found
};

// Reads only, and only sysfs and procfs. Neither CPUID nor the node in the device tree nor privcmd
// tells a dom0 from a guest: a PV guest sees the bare machine's CPUID, and all guests have the
// other two.
Presence look_for_xen(const Settings& settings);

// Throws Error(unsupported) with the reason where this is no dom0.
Presence require_dom0(const Settings& settings);

}  // namespace runphi::xen
