// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/base/log.hpp"
#include "core/log/options.hpp"

// The log of a program, in runc's two formats. Boost.Log is set up at the first line that will be
// written, and not before: most commands succeed and write nothing.
namespace phi::log {

// From now on the lines of all modules go where the options say. Throws if the file cannot be
// opened.
void configure(Options options);

// The last word of a command that fails. With --log: one error line in the file, in its format, and
// the bare text on standard error; without: the formatted line on standard error, as runc does.
// Before configure() too.
void fatal(std::string_view message);

// For the monitor: the log file stays, standard error does not belong to us any more.
void forget_stderr();

}  // namespace phi::log
