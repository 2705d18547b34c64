// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace jailhouse_test {

// The bytes of a golden file, tests/golden/jailhouse/NAME.hex: lines "OFFSET  BYTES  # comment" in
// hexadecimal, and at the end "size N". What no line sets is 0.
std::string golden(const std::string& name);

// The first byte in which the two differ, for messages: "offset 0x34: 07, expected 08".
std::string where_different(const std::string& found, const std::string& expected);

}  // namespace jailhouse_test
