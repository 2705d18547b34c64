// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace runphi::jailhouse {

// `runphi jailhouse ARGS...`: prints to standard output, returns the exit status. Throws Error for
// what cannot be read.
int run_tool(const std::vector<std::string>& args);

}  // namespace runphi::jailhouse
