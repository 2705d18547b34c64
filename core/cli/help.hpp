// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/cli/commands.hpp"
#include "core/cli/flags.hpp"
#include "core/cli/global.hpp"

// The help pages, in the form of runc's: clients' probes look for flags in them.
namespace phi::cli {

std::string program_help(const GlobalLine& line);
std::string command_help(const Command& command, const Flags& flags);

}  // namespace phi::cli
