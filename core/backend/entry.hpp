// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>

#include <string>

#include "detect/detect.hpp"

namespace phi::backend {

// A plugin's tables, checked: every required one is there, long enough and without holes.
struct Interfaces {
    const runphi_detect* detect = nullptr;
    const runphi_resources* resources = nullptr;
    const runphi_lifecycle* lifecycle = nullptr;
    const runphi_channel* channel = nullptr;  // from here on: nullptr if the plugin has none
    const runphi_stats* stats = nullptr;
    const runphi_update* update = nullptr;
    const runphi_tool* tool = nullptr;
};

// Compares the entry with this program and with the manifest before any function of the plugin
// runs. Throws Error(invalid) that names both sides. `library` is for messages.
const runphi_plugin& check_entry(const void* entry, const detect::Manifest& manifest,
                                 const std::string& library);

Interfaces check_interfaces(const runphi_plugin& plugin, const std::string& library);

}  // namespace phi::backend
