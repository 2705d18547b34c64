// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/base/unique_fd.hpp"

// Programs whose time is taken: no shell between, and nothing inherited that costs.
namespace phi::bench {

struct Program {
    std::vector<std::string> argv = {};  // argv[0] is the path
    std::vector<std::string> env = {};
    std::string cwd = "/";
    std::string input = {};   // a file for standard input; empty: /dev/null
    std::string output = {};  // a file for standard output; empty: /dev/null
};

// Milliseconds from before the spawn to after the wait. Throws Error with the last words of its
// standard error if it does not exit with `status`.
double run_time(const Program& program, int status = 0);

// Milliseconds to the first byte of its standard output; then waits for its end, whatever that is.
// Throws if the output does not begin with `expected`.
double first_byte_time(const Program& program, const std::string& expected);

// A child that runs this and exits, for comparing a function with a program.
double fork_time(void (*function)(const void*), const void* argument);

// Waits for a process that lost its parent and came to us (we are a subreaper). Kills it, and
// throws, if it has not ended after a minute.
void await_orphan(pid_t pid);
// Collects whoever else came to us and has ended.
void reap();

double now_ms();

}  // namespace phi::bench
