// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <charconv>
#include <limits>
#include <string>
#include <string_view>

#include "core/line/flags.hpp"

namespace phi::line {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Takes the base's prefix off the digits.
int take_base(std::string_view& digits) {
    if (digits.size() < 2 || digits[0] != '0') return 10;
    const char mark = static_cast<char>(digits[1] | 0x20);
    const int base = mark == 'x' ? 16 : mark == 'b' ? 2 : mark == 'o' ? 8 : 0;
    if (base == 0) {
        digits.remove_prefix(1);
        return 8;
    }
    digits.remove_prefix(2);
    return base;
}

// The digits without the "_" that may stand between two of them, or behind a prefix.
bool drop_underscores(std::string_view digits, bool prefixed, std::string& plain) {
    bool may_follow = prefixed;
    for (const char c : digits) {
        if (c != '_') plain += c;
        if (c == '_' && !may_follow) return false;
        may_follow = c != '_';
    }
    return !plain.empty() && digits.back() != '_';
}

// "12", "1.5", ".5", "2." at the start of a duration; its length, 0 if there is none.
std::size_t decimal_length(std::string_view word) {
    std::size_t at = 0;
    bool digits = false;
    for (; at < word.size() && is_digit(word[at]); ++at) digits = true;
    if (at < word.size() && word[at] == '.')
        for (++at; at < word.size() && is_digit(word[at]); ++at) digits = true;
    return digits ? at : 0;
}

struct Unit {
    std::string_view name;
    double nanoseconds;
};

// The unit at the start of the word; nullptr if there is none.
const Unit* unit_of(std::string_view word) {
    static constexpr std::array<Unit, 8> units = {{{"ns", 1},
                                                   {"us", 1e3},
                                                   {"\xc2\xb5s", 1e3},
                                                   {"\xce\xbcs", 1e3},
                                                   {"ms", 1e6},
                                                   {"s", 1e9},
                                                   {"m", 60e9},
                                                   {"h", 3600e9}}};
    for (const auto& unit : units) {
        const std::size_t size = unit.name.size();
        const bool next_is_number =
            word.size() == size ||
            (word.size() > size && (word[size] == '.' || is_digit(word[size])));
        if (word.substr(0, size) == unit.name && next_is_number) return &unit;
    }
    return nullptr;
}

}  // namespace

int parse_go_number(const std::string& word, std::int64_t& value) {
    std::string_view digits = word;
    const bool negative = !digits.empty() && digits.front() == '-';
    if (!digits.empty() && (digits.front() == '-' || digits.front() == '+'))
        digits.remove_prefix(1);
    if (digits.empty()) return EINVAL;
    const std::string_view written = digits;
    const int base = take_base(digits);
    const bool prefixed = written.size() != digits.size();
    std::string plain;
    if (digits.empty() || !drop_underscores(digits, prefixed, plain)) return EINVAL;

    std::uint64_t magnitude = 0;
    const char* const end = plain.data() + plain.size();
    const auto [stop, error] = std::from_chars(plain.data(), end, magnitude, base);
    if (error == std::errc::invalid_argument || stop != end) return EINVAL;
    constexpr auto highest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (error != std::errc{} || magnitude > highest + (negative ? 1 : 0)) return ERANGE;
    value = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
    return 0;
}

std::optional<std::int64_t> parse_go_duration(const std::string& word) {
    std::string_view rest = word;
    const bool negative = !rest.empty() && rest.front() == '-';
    if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
    if (rest == "0") return 0;
    if (rest.empty()) return std::nullopt;
    double sum = 0;
    while (!rest.empty()) {
        const std::size_t number = decimal_length(rest);
        if (number == 0) return std::nullopt;
        const double count = std::stod(std::string(rest.substr(0, number)));
        rest.remove_prefix(number);
        const Unit* unit = unit_of(rest);
        if (unit == nullptr) return std::nullopt;
        sum += count * unit->nanoseconds;
        rest.remove_prefix(unit->name.size());
    }
    if (!(sum < 9.2e18)) return std::nullopt;
    return static_cast<std::int64_t>(negative ? -sum : sum);
}

}  // namespace phi::line
