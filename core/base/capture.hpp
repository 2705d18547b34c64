// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/process.hpp"
#include "core/base/time.hpp"

namespace phi {

struct Captured {
    int status = 0;  // exit status, or 128 + signal
    std::string out;
    std::string err;  // empty if merged into `out`
};

struct CaptureOptions {
    bool merged = false;            // standard error goes where standard output goes
    std::size_t limit = 16U << 20;  // bytes of each stream
    Deadline deadline = Deadline::never();
};

// Runs a program to its end and keeps what it says; its standard input is /dev/null and `fds` of
// the request are ours to set. It dies with us. Throws as spawn() does, Error(timeout) naming the
// program when the deadline passes, and Error(no_resource) when it says more than the limit; it is
// killed then.
Captured capture(SpawnRequest request, const CaptureOptions& options);

// This process's environment, "NAME=value".
std::vector<std::string> own_environment();

// The absolute path of a program, by PATH (without one, by that of a fresh login); empty if there
// is none.
std::string find_program(const std::string& name);

}  // namespace phi
