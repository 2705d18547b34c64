// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "driver/driver.hpp"
#include "format/layout.hpp"
#include "format/model.hpp"
#include "linux/describe.hpp"
#include "settings.hpp"

namespace runphi::jailhouse {

// This machine as Jailhouse has it: the configuration with which it was enabled, and what lives.
struct Node {
    System system;
    Layout layout = Layout::master;
    Tree tree;
    Machine machine;  // beside Jailhouse

    // Throws Error: not_found where Jailhouse is not enabled; invalid if the system configuration
    // cannot be the one with which it was.
    static Node read(const Settings& settings);
    Driver driver(const Settings& settings) const;
};

}  // namespace runphi::jailhouse
