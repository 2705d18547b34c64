// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/line/commands.hpp"
#include "core/line/flags.hpp"
#include "core/line/global.hpp"

// The help pages, in the form of runc's: clients' probes look for flags in them.
namespace phi::cli {

std::string program_help(const line::GlobalLine& line);
std::string command_help(const line::Command& command, const line::Flags& flags);

}  // namespace phi::cli
