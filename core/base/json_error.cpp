// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_error.hpp"

#include <algorithm>

#include "core/base/text.hpp"

namespace phi::json {

namespace {

// A byte as Go's encoding/json shows it: it takes the byte for a code point.
std::string shown(char raw) {
    const auto byte = static_cast<unsigned char>(raw);
    switch (raw) {
        case '\'':
            return R"('\'')";
        case '\\':
            return R"('\\')";
        case '\a':
            return R"('\a')";
        case '\b':
            return R"('\b')";
        case '\f':
            return R"('\f')";
        case '\n':
            return R"('\n')";
        case '\r':
            return R"('\r')";
        case '\t':
            return R"('\t')";
        case '\v':
            return R"('\v')";
        default:
            break;
    }
    if (byte < 0x20 || byte == 0x7f) return R"('\x)" + hex(byte, 2) + "'";
    if (byte < 0x80) return std::string("'") + raw + "'";
    if (byte <= 0xa0 || byte == 0xad) return R"('\u)" + hex(byte, 4) + "'";
    const char utf8[] = {static_cast<char>(0xc0 | (byte >> 6)),
                         static_cast<char>(0x80 | (byte & 0x3f)), '\0'};
    return std::string("'") + utf8 + "'";
}

// What Go says of the character at which it gave up; nullptr where only RapidJSON gives up.
const char* go_context(rapidjson::ParseErrorCode code) {
    switch (code) {
        case rapidjson::kParseErrorDocumentEmpty:
        case rapidjson::kParseErrorValueInvalid:
            return "looking for beginning of value";
        case rapidjson::kParseErrorDocumentRootNotSingular:
            return "after top-level value";
        case rapidjson::kParseErrorObjectMissName:
            return "looking for beginning of object key string";
        case rapidjson::kParseErrorObjectMissColon:
            return "after object key";
        case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
            return "after object key:value pair";
        case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
            return "after array element";
        case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
            return "in \\u hexadecimal character escape";
        case rapidjson::kParseErrorStringEscapeInvalid:
            return "in string escape code";
        case rapidjson::kParseErrorStringMissQuotationMark:
            return "in string literal";
        case rapidjson::kParseErrorNumberMissFraction:
            return "after decimal point in numeric literal";
        case rapidjson::kParseErrorNumberMissExponent:
            return "in exponent of numeric literal";
        default:
            return nullptr;
    }
}

// The offset of the offending character. RapidJSON names the start of an escape or of a number.
std::size_t offender(std::string_view text, rapidjson::ParseErrorCode code, std::size_t offset) {
    const auto skip = [&](std::string_view set) {
        while (offset < text.size() && set.find(text[offset]) != std::string_view::npos) ++offset;
    };
    if (code == rapidjson::kParseErrorStringEscapeInvalid) {
        if (offset < text.size() && text[offset] == '\\') ++offset;
    } else if (code == rapidjson::kParseErrorStringUnicodeEscapeInvalidHex) {
        // Of a surrogate pair it names the first half, whichever is wrong.
        while (offset + 1 < text.size() && text.substr(offset, 2) == "\\u") {
            offset += 2;
            skip("0123456789abcdefABCDEF");
        }
    }
    return std::min(offset, text.size());
}

// "in literal true (expecting 'e')", when the text before the offset is a part of a literal.
std::string literal_context(std::string_view text, std::size_t offset) {
    for (const std::string_view word : {"true", "false", "null"}) {
        for (std::size_t got = word.size() - 1; got > 0; --got) {
            if (offset < got || text.substr(offset - got, got) != word.substr(0, got)) continue;
            return phi::text("in literal ", word, " (expecting ", shown(word[got]), ")");
        }
    }
    return {};
}

std::string describe(std::string_view text, rapidjson::ParseErrorCode code, std::size_t offset) {
    switch (code) {
        case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
            return "invalid surrogate pair in string literal";
        case rapidjson::kParseErrorNumberTooBig:
            return "number too big";
        case rapidjson::kParseErrorStringInvalidEncoding:
            if (offset < text.size() && static_cast<unsigned char>(text[offset]) < 0x20) {
                return "invalid character " + shown(text[offset]) + " in string literal";
            }
            return "invalid UTF-8 in string literal";
        default:
            break;
    }
    if (offset >= text.size()) return "unexpected end of JSON input";
    std::string context;
    if (code == rapidjson::kParseErrorValueInvalid) context = literal_context(text, offset);
    // RapidJSON has one code for a bad escape and for a bare control character.
    if (code == rapidjson::kParseErrorStringEscapeInvalid &&
        static_cast<unsigned char>(text[offset]) < 0x20 && text[offset - 1] != '\\') {
        context = "in string literal";
    }
    if (context.empty() && code == rapidjson::kParseErrorValueInvalid && offset > 0 &&
        text[offset - 1] == '-') {
        context = "in numeric literal";
    }
    if (context.empty()) {
        const char* known = go_context(code);
        if (known == nullptr) return "invalid JSON";
        context = known;
    }
    return "invalid character " + shown(text[offset]) + " " + context;
}

}  // namespace

SyntaxError explain(std::string_view text, rapidjson::ParseErrorCode code, std::size_t offset) {
    const std::size_t at = offender(text, code, offset);
    return {at, describe(text, code, at)};
}

}  // namespace phi::json
