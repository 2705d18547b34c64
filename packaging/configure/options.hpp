// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace phi::configure {

enum class Action { install, check, restore };

struct Options {
    Action action = Action::install;
    std::string backend;   // that the settings are to name; empty: detected at each start
    bool handler = false;  // beside runc instead of in its place
    bool dry_run = false;
    std::string root = "/";  // the tree that is worked on
    std::string kernel,
        modules;  // of the guests; empty: the newest Debian kernel that is installed
};

// "docker" and "none" for a backend mean that every container goes on to runc.
inline bool forwards_all(const Options& options) {
    return options.backend == "none" || options.backend == "docker";
}

}  // namespace phi::configure
