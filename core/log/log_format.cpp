// SPDX-License-Identifier: Apache-2.0
#include "core/log/log_format.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "core/base/text.hpp"

namespace phi::log {

namespace {

const char* level_name(Level level) {
    switch (level) {
        case Level::error:
            return "error";
        case Level::warn:
            return "warning";
        case Level::info:
            return "info";
        case Level::debug:
            return "debug";
        default:
            return "trace";
    }
}

// RFC 3339 in local time with whole seconds, as Go's time.RFC3339 has it.
std::string stamp(std::time_t when) {
    std::tm local{};
    ::localtime_r(&when, &local);
    char date[32];
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &local);
    if (local.tm_gmtoff == 0) return std::string(date) + "Z";
    const long minutes = std::abs(local.tm_gmtoff) / 60;
    char zone[16];
    std::snprintf(zone, sizeof zone, "%c%02ld:%02ld", local.tm_gmtoff < 0 ? '-' : '+',
                  minutes / 60 % 100, minutes % 60);
    return std::string(date) + zone;
}

struct Rune {
    std::uint32_t point = 0;
    std::size_t length = 1;
    bool valid = false;
};

// The first character; an invalid one is one byte long, as in Go.
Rune first_rune(std::string_view bytes) {
    const auto lead = static_cast<unsigned char>(bytes[0]);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (length > bytes.size() || !is_utf8(bytes.substr(0, length))) return {lead, 1, false};
    std::uint32_t point = lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        point = (point << 6) | (static_cast<unsigned char>(bytes[i]) & 0x3fU);
    }
    return {point, length, true};
}

// What must not reach a terminal or hide in a line: control and format characters, odd spaces,
// private use. The rest of Go's unicode.IsPrint only tells assigned characters from others.
bool printable(std::uint32_t point) {
    struct Range {
        std::uint32_t first;
        std::uint32_t last;
    };
    static constexpr Range hidden[] = {{0x00, 0x1f},       {0x7f, 0xa0},       {0xad, 0xad},
                                       {0x61c, 0x61c},     {0x1680, 0x1680},   {0x180e, 0x180e},
                                       {0x2000, 0x200f},   {0x2028, 0x202f},   {0x205f, 0x206f},
                                       {0x3000, 0x3000},   {0xe000, 0xf8ff},   {0xfdd0, 0xfdef},
                                       {0xfeff, 0xfeff},   {0xfff0, 0xfffb},   {0xfffe, 0xffff},
                                       {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff}};
    return std::none_of(std::begin(hidden), std::end(hidden), [point](const Range& range) {
        return point >= range.first && point <= range.last;
    });
}

const char* short_escape(std::uint32_t point) {
    switch (point) {
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        case '\a':
            return "\\a";
        case '\b':
            return "\\b";
        case '\f':
            return "\\f";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        case '\v':
            return "\\v";
        default:
            return nullptr;
    }
}

// Go's %q.
std::string go_quoted(std::string_view bytes) {
    std::string out = "\"";
    while (!bytes.empty()) {
        const Rune rune = first_rune(bytes);
        const char* escape = rune.valid ? short_escape(rune.point) : nullptr;
        if (escape != nullptr) {
            out += escape;
        } else if (!rune.valid || (rune.point < 0x80 && !printable(rune.point))) {
            out += "\\x" + hex(rune.point, 2);
        } else if (printable(rune.point)) {
            out += bytes.substr(0, rune.length);
        } else if (rune.point < 0x10000) {
            out += "\\u" + hex(rune.point, 4);
        } else {
            out += "\\U" + hex(rune.point, 8);
        }
        bytes.remove_prefix(rune.length);
    }
    return out + '"';
}

// logrus leaves a value bare when it is made of these only.
bool bare(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._/@^+").find(c) != std::string_view::npos;
    });
}

// A string as Go's encoding/json writes it, with its protection of HTML.
std::string json_quoted(std::string_view bytes) {
    std::string out = "\"";
    while (!bytes.empty()) {
        const Rune rune = first_rune(bytes);
        if (!rune.valid) {
            out += "\\ufffd";
        } else if (rune.point == '"' || rune.point == '\\' || rune.point == '\n' ||
                   rune.point == '\r' || rune.point == '\t') {
            out += short_escape(rune.point);
        } else if (rune.point < 0x20 || rune.point == '<' || rune.point == '>' ||
                   rune.point == '&' || rune.point == 0x2028 || rune.point == 0x2029) {
            out += "\\u" + hex(rune.point, 4);
        } else {
            out += bytes.substr(0, rune.length);
        }
        bytes.remove_prefix(rune.length);
    }
    return out + '"';
}

}  // namespace

std::string format_text(const Line& line) {
    const std::string message =
        bare(line.message) ? std::string(line.message) : go_quoted(line.message);
    return text("time=\"", stamp(line.when), "\" level=", level_name(line.level), " msg=", message);
}

std::string format_json(const Line& line) {
    return text("{\"level\":\"", level_name(line.level), "\",\"msg\":", json_quoted(line.message),
                ",\"time\":\"", stamp(line.when), "\"}");
}

std::string format_terminal(const Line& line, unsigned seconds) {
    static constexpr const char* names[] = {"ERRO", "WARN", "INFO", "DEBU", "TRAC"};
    static constexpr unsigned colours[] = {31, 33, 36, 37, 37};
    const auto level = static_cast<std::size_t>(line.level);
    char since[16];
    std::snprintf(since, sizeof since, "[%04u] ", seconds);
    std::string message(line.message);
    while (!message.empty() && message.back() == '\n') message.pop_back();
    // logrus pads in characters, for the fields that may follow.
    const auto characters = std::count_if(message.begin(), message.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    });
    message.append(characters < 44 ? 44 - static_cast<std::size_t>(characters) : 0, ' ');
    return text("\x1b[", colours[level], "m", names[level], "\x1b[0m", since, message, " ");
}

}  // namespace phi::log
