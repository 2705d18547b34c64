// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// The log, in runc's two formats. Boost.Log is set up at the first line that will be written, and
// not before: most commands succeed and write nothing.
namespace phi::log {

enum class Level : int { error = 0, warn = 1, info = 2, debug = 3, trace = 4 };
enum class Format { text, json };

struct Options {
    std::string file;              // --log; empty: standard error
    Format format = Format::text;  // --log-format
    bool debug = false;            // --debug: debug lines go to `file` or standard error too
    // RUNPHI_DEBUG_LEVEL: all lines up to this level go to `own_file` too; below error: none.
    int own_level = -1;
    std::string own_file = "/var/log/runphi.log";
};

void configure(Options options);

// Cheap when the level goes nowhere.
bool wanted(Level level);
void write(Level level, std::string_view message);

inline void warn(std::string_view message) {
    write(Level::warn, message);
}
inline void info(std::string_view message) {
    write(Level::info, message);
}
inline void debug(std::string_view message) {
    write(Level::debug, message);
}
inline void trace(std::string_view message) {
    write(Level::trace, message);
}

// The last word of a command that fails. With --log: one error line in the file, in its format, and
// the bare text on standard error; without: the formatted line on standard error, as runc does.
void fatal(std::string_view message);

// For the monitor: the log file stays, standard error does not belong to us any more.
void forget_stderr();

}  // namespace phi::log
