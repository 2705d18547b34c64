// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace phi {

std::string quoted(std::string_view value, std::size_t limit) {
    std::string out = "\"";
    std::string_view shown = value.substr(0, limit);
    // Not cut in the middle of a character.
    for (int i = 0; i < 3 && shown.size() < value.size() && !shown.empty(); ++i) {
        if ((static_cast<unsigned char>(value[shown.size()]) & 0xc0) != 0x80) break;
        shown.remove_suffix(1);
    }
    const bool utf8 = is_utf8(shown);
    for (const char raw : shown) {
        const auto byte = static_cast<unsigned char>(raw);
        if (raw == '"' || raw == '\\') {
            out += '\\';
            out += raw;
        } else if (raw == '\n') {
            out += "\\n";
        } else if (raw == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8)) {
            out += "\\x" + hex(byte, 2);
        } else {
            out += raw;
        }
    }
    out += '"';
    if (shown.size() < value.size()) out += "...";
    return out;
}

namespace {
template <typename T>
std::optional<T> parse_number(std::string_view digits) {
    T value{};
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc() || stop != end || digits.empty()) return std::nullopt;
    return value;
}
}  // namespace

std::optional<std::uint64_t> parse_u64(std::string_view digits) {
    return parse_number<std::uint64_t>(digits);
}

std::optional<std::int64_t> parse_i64(std::string_view digits) {
    return parse_number<std::int64_t>(digits);
}

namespace {
std::optional<std::uint64_t> parse_hex(std::string_view digits) {
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}
}  // namespace

std::optional<std::uint64_t> parse_amount(std::string_view amount) {
    if (amount.starts_with("0x") || amount.starts_with("0X")) return parse_hex(amount.substr(2));
    static constexpr std::string_view suffixes = "kmgtKMGT";
    unsigned shift = 0;
    if (!amount.empty()) {
        const auto suffix = suffixes.find(amount.back());
        if (suffix != std::string_view::npos) {
            shift = 10 * (static_cast<unsigned>(suffix % 4) + 1);
            amount.remove_suffix(1);
        }
    }
    const auto number = parse_u64(amount);
    if (!number || (shift != 0 && *number >> (64 - shift) != 0)) return std::nullopt;
    return *number << shift;
}

std::optional<std::vector<unsigned>> parse_cpu_list(std::string_view list, unsigned highest) {
    std::vector<unsigned> cpus;
    if (list.empty()) return cpus;
    for (const std::string_view range : split(list, ',')) {
        const auto dash = range.find('-');
        const auto first = parse_u64(range.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : parse_u64(range.substr(dash + 1));
        if (!first || !last || *first > *last || *last > highest) return std::nullopt;
        for (auto cpu = *first; cpu <= *last; ++cpu) cpus.push_back(static_cast<unsigned>(cpu));
        // A list of many overlapping ranges must not grow past what a set of CPUs can be.
        if (cpus.size() > 4 * (std::size_t{highest} + 1)) return std::nullopt;
    }
    std::sort(cpus.begin(), cpus.end());
    cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
    return cpus;
}

std::string format_cpu_list(const std::vector<unsigned>& cpus) {
    std::string out;
    for (std::size_t i = 0; i < cpus.size();) {
        std::size_t end = i;
        while (end + 1 < cpus.size() && cpus[end + 1] == cpus[end] + 1) ++end;
        if (!out.empty()) out += ',';
        out += std::to_string(cpus[i]);
        if (end > i) out += "-" + std::to_string(cpus[end]);
        i = end + 1;
    }
    return out;
}

std::string format_bytes(std::uint64_t bytes) {
    static constexpr const char* units[] = {" bytes", " KiB", " MiB", " GiB", " TiB", " PiB"};
    std::size_t unit = 0;
    while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < std::size(units)) {
        bytes /= 1024;
        ++unit;
    }
    return std::to_string(bytes) + units[unit];
}

std::uint64_t fnv1a(std::string_view data) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : data) {
        hash ^= static_cast<unsigned char>(byte);
        hash *= 0x100000001b3;
    }
    return hash;
}

std::string hex(std::uint64_t value, unsigned digits) {
    static constexpr char alphabet[] = "0123456789abcdef";
    std::string out(digits, '0');
    for (auto place = out.rbegin(); place != out.rend(); ++place, value >>= 4) {
        *place = alphabet[value & 0xf];
    }
    return out;
}

std::vector<std::string_view> split(std::string_view line, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto at = line.find(separator);
        parts.push_back(line.substr(0, at));
        if (at == std::string_view::npos) return parts;
        line.remove_prefix(at + 1);
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const auto& part : parts) {
        if (&part != &parts.front()) out += separator;
        out += part;
    }
    return out;
}

bool is_utf8(std::string_view bytes) {
    std::size_t i = 0;
    while (i < bytes.size()) {
        const auto lead = static_cast<unsigned char>(bytes[i]);
        std::size_t follow = 0;
        std::uint32_t point = 0;
        if (lead < 0x80) {
            ++i;
            continue;
        }
        if ((lead & 0xe0) == 0xc0) {
            follow = 1;
            point = lead & 0x1fU;
        } else if ((lead & 0xf0) == 0xe0) {
            follow = 2;
            point = lead & 0x0fU;
        } else if ((lead & 0xf8) == 0xf0) {
            follow = 3;
            point = lead & 0x07U;
        } else {
            return false;
        }
        if (i + follow >= bytes.size()) return false;
        for (std::size_t k = 1; k <= follow; ++k) {
            const auto byte = static_cast<unsigned char>(bytes[i + k]);
            if ((byte & 0xc0) != 0x80) return false;
            point = (point << 6) | (byte & 0x3fU);
        }
        static constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
        if (point < least[follow] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
            return false;
        }
        i += follow + 1;
    }
    return true;
}

}  // namespace phi
