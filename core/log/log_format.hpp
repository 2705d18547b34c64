// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "core/base/log.hpp"

// The lines of logrus, the log library of runc, byte for byte: engines parse them.
namespace phi::log {

struct Line {
    Level level;
    std::string_view message;
    std::time_t when;
};

// time="2026-01-31T12:00:00Z" level=error msg="container does not exist"
std::string format_text(const Line& line);

// {"level":"error","msg":"container does not exist","time":"2026-01-31T12:00:00Z"}
std::string format_json(const Line& line);

// ERRO[0000] container does not exist, coloured: what logrus prints where it sees a terminal.
// `seconds` is the time since the program began.
std::string format_terminal(const Line& line, unsigned seconds);

}  // namespace phi::log
