// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/reader.h>

namespace phi::json {

// How every text is read. Not kParseFullPrecisionFlag: on "0.000...0" RapidJSON 1.1 then counts the
// leading zeros of 0, which is undefined, and nothing of ours needs the last bit of a fraction.
inline constexpr unsigned parse_flags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

}  // namespace phi::json
