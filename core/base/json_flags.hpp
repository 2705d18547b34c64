// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/reader.h>

namespace phi::json {

// How every text is read: without recursion, and as UTF-8.
inline constexpr unsigned parse_flags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

}  // namespace phi::json
