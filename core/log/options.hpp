// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace phi::log {

enum class Format { text, json };

// What the command line and the settings say of the log.
struct Options {
    std::string file;              // --log; empty: standard error
    Format format = Format::text;  // --log-format
    bool debug = false;            // --debug: debug lines go to `file` or standard error too
    // RUNPHI_DEBUG_LEVEL: all lines up to this level go to `own_file` too; below error: none.
    int own_level = -1;
    std::string own_file = "/var/log/runphi.log";
};

}  // namespace phi::log
