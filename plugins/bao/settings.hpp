// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace runphi::bao {

// The node's settings for this backend, "backend_settings"."bao" of runphi.json. Every key is
// optional, an unknown one is an error.
struct Settings {
    // "slots": PATH, absolute, of the slot table that `runphi bao layout` has written for the
    // layout that this machine was booted with.
    std::string slots = "/etc/runphi/bao/slots.json";
    // "device_tree": PATH, absolute, of the folder in which Linux shows the machine's device tree.
    // Another one than the usual is for tests.
    std::string device_tree = "/sys/firmware/devicetree/base";

    // Throws Error(invalid) that names the key.
    static Settings parse(std::string_view json);
};

}  // namespace runphi::bao
