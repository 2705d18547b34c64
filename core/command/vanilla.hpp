// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/command/options.hpp"

// What the vanilla runc says, for the commands that tell of its containers and of ours together.
namespace phi::command {

// The standard output of `runc WORDS...`; nullopt, with a debug line in the log, if there is no
// vanilla runc or it fails.
std::optional<std::string> ask_vanilla(const Settings& settings,
                                       const std::vector<std::string>& words);

// Has the vanilla runc a container of this id, or any container at all, under this root? By its
// directories, without running it.
bool vanilla_has(const std::string& root, const std::string& id);
bool vanilla_has_any(const std::string& root);

}  // namespace phi::command
