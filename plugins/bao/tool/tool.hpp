// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace runphi::bao {

// `runphi bao ARGS...`: prints to standard output, returns the exit status. Throws Error for what
// cannot be read or done.
int run_tool(const std::vector<std::string>& args);

}  // namespace runphi::bao
