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
    // "memory": PATH, absolute, of the machine's memory, in which the slots' windows are. Another
    // one than the usual is for tests.
    std::string memory = "/dev/mem";
    // "boot_medium": PATH, absolute, of the mounted folder from which the boot loader takes the
    // images of guests. Empty: none is put there.
    std::string boot_medium;
    // "boot_id": PATH, absolute, of what names the running boot. Another one than the usual is for
    // tests.
    std::string boot_id = "/proc/sys/kernel/random/boot_id";
    // How long, in milliseconds: "answer_ms", 10 to 60000, until the stub of a free slot must have
    // answered; "timeout_ms", 100 to 600000, until it must have loaded a piece or zeroed its
    // memory; "stop_ms", 100 to 15000, until a guest that was asked to end is stuck; "lost_ms", 100
    // to 600000, for which a guest may be silent that promised to beat.
    int answer_ms = 1'000, timeout_ms = 30'000, stop_ms = 5'000, lost_ms = 5'000;

    // Throws Error(invalid) that names the key.
    static Settings parse(std::string_view json);
};

}  // namespace runphi::bao
