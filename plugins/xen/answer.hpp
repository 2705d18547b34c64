// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

namespace runphi::xen {

// An error as an answer of the helper's or the reader's (request.hpp), without the line's end.
std::string failure_answer(const sdk::Error& error);

// main() of either program: `run` has the arguments behind its name, and tells the exit status.
// What it throws is said on standard error, behind the program's name, and fails.
int run_program(const char* name, int argc, char** argv,
                const std::function<int(const std::vector<std::string>&)>& run);

// Of a program that is run for one answer: writes it, or why there is none, to standard output.
void answer_once(const std::function<std::string()>& answer);

}  // namespace runphi::xen
