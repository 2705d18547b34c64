// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.hpp"

// What the reading of a text and of its values have in common.
namespace phi::json {

// "PATH: MESSAGE", or the message alone for the text itself when that has no name.
inline std::string prefixed(const std::string& path, const std::string& message) {
    return path.empty() ? message : path + ": " + message;
}

// The characters of a value that is a string, NULs included. Borrows them.
inline std::string_view view(const Value& string) {
    return {string.GetString(), string.GetStringLength()};
}

}  // namespace phi::json
