// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "linux/describe.hpp"

namespace runphi::jailhouse {

// The node's settings for this backend, "backend_settings"."jailhouse" of runphi.json. Every key is
// optional, an unknown one is an error.
struct Settings {
    // "system": PATH, absolute, of the configuration with which Jailhouse was enabled; it cannot be
    // read back from Jailhouse.
    std::string system = "/etc/runphi/jailhouse-system.cell";
    // "cells": [PATH...], absolute, of the configurations of cells that somebody else makes: what
    // they have is not given away.
    std::vector<std::string> cells;
    // "device", "sysfs", "memory": PATH, absolute; others than the usual ones are for tests. The
    // last is the machine's memory, in which the guests' memory channels are.
    std::string device = "/dev/jailhouse", sysfs = "/sys/devices/jailhouse", memory = "/dev/mem";
    // "linux_root": PATH, absolute, of the folder in which /proc and /sys are; for tests.
    std::string linux_root;
    // "device_tree", "cpus": PATH, absolute, the same; "clocks": {NODE: HZ}, how fast the clocks of
    // a device run that a Linux cell may get, by its path in the device tree.
    Machine machine;
    // "firmware": PATH, absolute, of the folder from which the kernel loads what remote processors
    // run.
    std::string firmware = "/lib/firmware";
    // "timeout_ms": how long one call of the driver may take, 100 to 600000.
    int timeout_ms = 30'000;

    // Throws Error(invalid) that names the key.
    static Settings parse(std::string_view json);
};

}  // namespace runphi::jailhouse
