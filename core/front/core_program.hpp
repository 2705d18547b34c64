// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

// The rest of runphi, which is a program of its own. This one must start fast, and what it would
// link beside what it needs would cost every container's every command.
namespace phi::front {

// PREFIX/libexec/runphi/runphi-core, where the file of this program is PREFIX/bin/runphi.
std::string core_program(const std::string& own_path);

// Becomes it, with the same argv, descriptors and environment. Returns only by throwing.
[[noreturn]] void become_core(char* const argv[]);

}  // namespace phi::front
