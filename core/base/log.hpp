// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// What a module has to tell beside its results. Where the lines go is the program's business
// (core/log); without a receiver they go nowhere.
namespace phi::log {

enum class Level : int { error = 0, warn = 1, info = 2, debug = 3, trace = 4 };

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

struct Receiver {
    bool (*wanted)(Level level);
    void (*write)(Level level, std::string_view message);  // only what is wanted
};
void set_receiver(const Receiver& receiver);

}  // namespace phi::log
