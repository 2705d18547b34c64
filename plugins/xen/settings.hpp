// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace runphi::xen {

// The node's settings for this backend, "backend_settings"."xen" of runphi.json. Every key is
// optional, an unknown one is an error.
struct Settings {
    // "programs": PATH, absolute, of the folder with the programs that call Xen's libraries
    // (programs.hpp); else that of the plugin.
    std::string programs;
    // "xenstored": PATH, absolute, of the daemon's socket; else one of the usual two.
    std::string xenstored;
    // "root": PATH, absolute, of the folder in which /proc, /sys, /dev and /run are; for tests.
    std::string root;
    // "type": "pvh" or "pv", of domains on x86-64. Arm has one type only, which counts as pvh.
    bool pv = false;
    // "keep_images": the kernel and the initrd stay in the container's folder, where ID.cfg says
    // that they are, so that `xl create` of it works. They cost memory: /run is in it.
    bool keep_images = false;
    // "device_trees": {DEVICE: PATH}, absolute: for a device of the board the partial device tree
    // that an arm64 guest finds it by.
    std::map<std::string, std::string> device_trees;
    // "timeout_ms": how long one call of libxl may take, 100 to 600000.
    int timeout_ms = 30'000;

    // Throws Error(invalid) that names the key.
    static Settings parse(std::string_view json);
};

}  // namespace runphi::xen
