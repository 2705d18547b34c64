// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.hpp"

namespace phi::board {

// An address or a number of bytes as people write it: "0x70000000", "4096", "64M". The suffixes K,
// M, G and T, in either case, are KiB, MiB, GiB and TiB. nullopt for anything else, a sign, a space
// or a number past 2^64 included.
std::optional<std::uint64_t> parse_amount(std::string_view text);

// A JSON integer, or a string as above.
std::uint64_t read_amount(const json::Node& node);

// "0x70000000", as addresses appear in messages and tables.
std::string address(std::uint64_t value);

}  // namespace phi::board
