// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/error/error.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace phi::json {

struct SyntaxError {
    std::size_t offset;   // of the character at which Go's encoding/json would have stopped
    std::string message;  // in its words: "invalid character 'b' after object key"
};

// What RapidJSON found, said as runc says it: engines and their users know those texts.
SyntaxError explain(std::string_view text, rapidjson::ParseErrorCode code, std::size_t offset);

}  // namespace phi::json
