// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace phi {

namespace detail {
inline void append(std::string& out, std::string_view part) {
    out += part;
}
inline void append(std::string& out, char part) {
    out += part;
}
template <typename T>
requires(std::is_arithmetic_v<T> && !std::is_same_v<T, char>) void append(std::string& out,
                                                                          T part) {
    out += std::to_string(part);
}
}  // namespace detail

// text("cpu ", 3, " is taken"): the parts, one after the other.
template <typename... Parts>
std::string text(const Parts&... parts) {
    std::string out;
    (detail::append(out, parts), ...);
    return out;
}

// The value as runc prints it in messages: in double quotes, with control characters, quotes and
// backslashes escaped, cut after `limit` bytes. What comes from an image is printed only so.
std::string quoted(std::string_view value, std::size_t limit = 256);

// A decimal number and nothing else: no sign (for the unsigned), no space, no overflow.
std::optional<std::uint64_t> parse_u64(std::string_view digits);
std::optional<std::int64_t> parse_i64(std::string_view digits);

// An address or a number of bytes as people write it: "0x70000000", "4096", "64M". The suffixes K,
// M, G and T, in either case, are KiB, MiB, GiB and TiB. nullopt for anything else, a sign, a space
// or a number past 2^64 included.
std::optional<std::uint64_t> parse_amount(std::string_view amount);

// The kernel's CPU list: "0,2-15". nullopt if malformed or a number is above `highest`.
// The result is sorted and has no doubles; an empty text gives an empty list.
std::optional<std::vector<unsigned>> parse_cpu_list(std::string_view list, unsigned highest = 8191);
std::string format_cpu_list(const std::vector<unsigned>& cpus);

// "64 MiB", "1 GiB", "4097 bytes": exact, in the largest unit that divides it.
std::string format_bytes(std::uint64_t bytes);

// 64-bit FNV-1a: for short names, not for security.
std::uint64_t fnv1a(std::string_view data);
// `digits` lower-case hexadecimal digits of a number, highest first.
std::string hex(std::uint64_t value, unsigned digits = 16);

std::vector<std::string_view> split(std::string_view line, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool is_utf8(std::string_view bytes);

}  // namespace phi
