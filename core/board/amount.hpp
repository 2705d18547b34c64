// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/base/json.hpp"

namespace phi::board {

// A JSON integer, or a string as parse_amount() reads it.
std::uint64_t read_amount(const json::Node& node);

// "0x70000000", as addresses appear in messages and tables.
std::string address(std::uint64_t value);

}  // namespace phi::board
