// SPDX-License-Identifier: Apache-2.0
#include "core/boot/numbers.hpp"

#include <charconv>
#include <limits>

#include "core/base/text.hpp"

namespace phi::boot {

std::optional<std::uint64_t> parse_address(std::string_view digits) {
    if (!digits.starts_with("0x") && !digits.starts_with("0X")) return parse_u64(digits);
    digits.remove_prefix(2);
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> parse_size(std::string_view size) {
    unsigned shift = 0;
    if (size.ends_with('K')) shift = 10;
    if (size.ends_with('M')) shift = 20;
    if (size.ends_with('G')) shift = 30;
    if (shift != 0) size.remove_suffix(1);
    const auto count = parse_u64(size);
    if (!count || *count > (std::numeric_limits<std::uint64_t>::max() >> shift)) {
        return std::nullopt;
    }
    return *count << shift;
}

}  // namespace phi::boot
