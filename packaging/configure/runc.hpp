// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "change.hpp"

// The place of runc, and what becomes of the one that was there.
namespace phi::configure {

// Where the engines find it. Throws Error(not_found) if there is none.
std::string find_runc(const Root& root);

// Is this file, links followed, runPHI?
bool is_ours(const Root& root, const std::string& path);

// Takes the place. Throws Error(exists) if runPHI has it already: what would be saved as runc's is
// not runc.
Change take_place(const Root& root, const std::string& runphi);

// Both do what they should: the one says who it is, and the other runs.
void prove(const Root& root, const Step& step);

// Puts runc back. Never without one in its place.
void undo_runc(const Root& root, const Step& step);

}  // namespace phi::configure
