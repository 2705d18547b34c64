// SPDX-License-Identifier: Apache-2.0
#include "exit_line.hpp"

#include <charconv>

namespace runphi::xen {

namespace {

constexpr std::string_view begin = "runphi: exit ";
constexpr std::size_t most_digits = 3;

}  // namespace

void ExitLine::feed(std::string_view bytes, std::string& text) {
    for (const char byte : bytes) {
        if (status_) return;
        if (held_.empty() && !line_begins_) {
            text += byte;
            line_begins_ = byte == '\n';
            continue;
        }
        held_ += byte;
        if (byte == '\n') status_ = judge();
        if (status_) {
            held_.clear();
        } else if (byte == '\n' || !can_become_one()) {
            line_begins_ = byte == '\n';
            flush(text);
        }
    }
}

void ExitLine::flush(std::string& text) {
    text += held_;
    held_.clear();
}

// All of it so far: the words, then a number, then the end of a line.
bool ExitLine::can_become_one() const {
    const std::string_view held = held_;
    if (held.size() <= begin.size()) return begin.substr(0, held.size()) == held;
    if (held.substr(0, begin.size()) != begin) return false;
    std::string_view rest = held.substr(begin.size());
    if (rest.back() == '\r') rest.remove_suffix(1);
    return rest.size() <= most_digits &&
           rest.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<int> ExitLine::judge() const {
    std::string_view line(held_.data(), held_.size() - 1);
    if (line.size() <= begin.size() || line.substr(0, begin.size()) != begin) return std::nullopt;
    line.remove_prefix(begin.size());
    if (line.back() == '\r') line.remove_suffix(1);
    int value = 0;
    const char* end = line.data() + line.size();
    const auto parsed = std::from_chars(line.data(), end, value);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == end && line.front() != '-';
    return whole && value <= 255 ? std::optional(value) : std::nullopt;
}

}  // namespace runphi::xen
