// SPDX-License-Identifier: Apache-2.0
#include "core/board/amount.hpp"

#include <charconv>
#include <limits>

#include "core/base/text.hpp"

namespace phi::board {

namespace {

std::optional<std::uint64_t> parse_hex(std::string_view digits) {
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}

// The shift that a suffix stands for; 0 for a character that is none.
unsigned suffix_shift(char suffix) {
    switch (suffix) {
        case 'K':
        case 'k':
            return 10;
        case 'M':
        case 'm':
            return 20;
        case 'G':
        case 'g':
            return 30;
        case 'T':
        case 't':
            return 40;
        default:
            return 0;
    }
}

}  // namespace

std::optional<std::uint64_t> parse_amount(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) return parse_hex(text.substr(2));
    const unsigned shift = text.empty() ? 0 : suffix_shift(text.back());
    if (shift != 0) text.remove_suffix(1);
    const auto number = parse_u64(text);
    if (!number || *number > std::numeric_limits<std::uint64_t>::max() >> shift)
        return std::nullopt;
    return *number << shift;
}

std::uint64_t read_amount(const json::Node& node) {
    if (!node.value().IsString()) return node.as_u64();
    const std::string text = node.as_string();
    const auto amount = parse_amount(text);
    if (!amount) {
        node.fail(
            phi::text(quoted(text), " is no number: write an integer, \"0x70000000\" or \"64M\""));
    }
    return *amount;
}

std::string address(std::uint64_t value) {
    unsigned digits = 8;
    while (digits < 16 && value >> (4 * digits) != 0) ++digits;
    return "0x" + hex(value, digits);
}

}  // namespace phi::board
