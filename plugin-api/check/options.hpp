// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace check {

struct Options {
    std::string plugin;           // the .so, absolute
    std::string inmate;           // --inmate: a file to boot
    std::string kernel;           // --kernel, with --initrd: in place of an inmate
    std::string initrd;           // --initrd
    std::string cmdline;          // --cmdline
    std::string arch;             // --arch, of the guest; default: this machine's
    std::string settings = "{}";  // --settings: JSON, or @FILE
    std::string guest_dir = "/usr/share/runPHI/guest";  // --guest-dir
    std::string board;                                  // --board: a file in place of the inventory
    std::uint64_t memory = 64U << 20;                   // --memory, bytes
    unsigned timeout_s = 60;                            // --timeout: of one call
    bool verbose = false;                               // --verbose: the plugin's log on stderr
};

// Prints help, or what is wrong, and gives the exit status; fills the options otherwise.
std::optional<int> parse_options(int argc, char** argv, Options& options);

}  // namespace check
