// SPDX-License-Identifier: Apache-2.0
#include "amount.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "../../common/extent.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

std::optional<std::uint64_t> number(std::string_view text, int base) {
    std::uint64_t out = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out, base);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
    return out;
}

std::optional<std::uint64_t> parse_amount(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) return number(text.substr(2), 16);
    static constexpr std::string_view units = "kmgtKMGT";
    const auto unit = text.empty() ? units.npos : units.find(text.back());
    if (unit == units.npos) return number(text, 10);
    const unsigned shift = 10 * (static_cast<unsigned>(unit % 4) + 1);
    const auto out = number(text.substr(0, text.size() - 1), 10);
    if (!out || *out >> (64 - shift) != 0) return std::nullopt;
    return *out << shift;
}

// "3", or "0-3"; nullopt for what is neither.
std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_range(std::string_view text) {
    const auto dash = text.find('-');
    const auto first = number(text.substr(0, dash), 10);
    const auto last = dash == text.npos ? first : number(text.substr(dash + 1), 10);
    if (!first || !last || *first > *last || *last >= most_cpus) return std::nullopt;
    return std::pair(*first, *last);
}

}  // namespace

std::uint64_t amount(const sdk::Json& value) {
    if (!value.is_string()) return value.u64();
    const std::string text = value.string();
    if (const auto out = parse_amount(text)) return *out;
    throw Error(Code::invalid, value.path() + ": \"" + text + "\" is no number",
                "write an integer, \"0x70000000\" or \"64M\"");
}

std::uint64_t page_amount(const sdk::Json& value) {
    const std::uint64_t out = amount(value);
    if (out % page == 0) return out;
    throw Error(Code::invalid, value.path() + ": " + common::hex(out) + " is not whole pages",
                "use a multiple of 4096");
}

std::uint64_t amount_or(const sdk::Json& object, std::string_view member, std::uint64_t fallback) {
    const auto value = object.find(member);
    return value ? amount(*value) : fallback;
}

std::vector<unsigned> cpu_list(const sdk::Json& value) {
    const std::string text = value.string();
    std::vector<unsigned> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const auto range = parse_range(std::string_view(text).substr(at, end - at));
        if (!range) {
            throw Error(Code::invalid,
                        value.path() + ": \"" + text + "\" is no list of CPUs below " +
                            std::to_string(most_cpus),
                        "write it like \"0-3,8\"");
        }
        for (auto cpu = range->first; cpu <= range->second; ++cpu) {
            const auto id = static_cast<unsigned>(cpu);
            if (std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
        }
        at = end + 1;
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::string cpu_text(const std::vector<unsigned>& cpus) {
    std::string out;
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        const unsigned first = cpus[i];
        while (i + 1 < cpus.size() && cpus[i + 1] == cpus[i] + 1) ++i;
        if (!out.empty()) out += ',';
        out += std::to_string(first);
        if (cpus[i] > first) out += "-" + std::to_string(cpus[i]);
    }
    return out;
}

std::string name(const sdk::Json& value) {
    constexpr std::size_t most = 31;
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string out = value.string();
    const auto plain = [&](char c) {
        return letters.find(c) != letters.npos || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
               c == '-';
    };
    if (!out.empty() && out.size() <= most && letters.find(out.front()) != letters.npos &&
        std::all_of(out.begin(), out.end(), plain)) {
        return out;
    }
    throw Error(Code::invalid, value.path() + ": \"" + out + "\" is no name",
                "1 to 31 letters, digits and _ . -, the first one a letter");
}

std::string hash_text(std::string_view text) {
    std::uint64_t hash = 14695981039346656037U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    std::string out = common::hex(hash).substr(2);
    return std::string(16 - out.size(), '0') + out;
}

}  // namespace runphi::bao
