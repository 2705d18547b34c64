// SPDX-License-Identifier: Apache-2.0
// The words of Go's encoding/json for what is not JSON: runc prints them, and people look for them.
#include <gtest/gtest.h>

#include "json_refusal.hpp"

namespace phi::json {
namespace {

std::string words_for(std::string_view text, const std::string& what = "") {
    return test::refusal_of([&] { parse(text, what); });
}

struct Case {
    std::string text;
    std::string message;
};

class GoWords : public testing::TestWithParam<Case> {};

TEST_P(GoWords, AreSaid) {
    EXPECT_EQ(words_for(GetParam().text), GetParam().message) << GetParam().text;
}

// Each message was printed by runc 1.1.5 for this config.json.
INSTANTIATE_TEST_SUITE_P(
    AsRuncPrints, GoWords,
    testing::Values(
        Case{"{bad}", "invalid character 'b' looking for beginning of object key string"},
        Case{"{\"a\":tru}", "invalid character '}' in literal true (expecting 'e')"},
        Case{"{\"a\":nulx}", "invalid character 'x' in literal null (expecting 'l')"},
        Case{"{\"a", "unexpected EOF"}, Case{"{\"a\":1", "unexpected EOF"}, Case{"", "EOF"},
        Case{"[1 2]", "invalid character '2' after array element"},
        Case{"[1}", "invalid character '}' after array element"},
        Case{R"({"a":"\x"})", "invalid character 'x' in string escape code"},
        Case{R"({"a":1,})", "invalid character '}' looking for beginning of object key string"},
        Case{R"({"a":[1,]})", "invalid character ']' looking for beginning of value"},
        Case{R"({"a" 1})", "invalid character '1' after object key"},
        Case{R"({"a":01})", "invalid character '1' after object key:value pair"},
        Case{R"({"a":1 "b":2})", "invalid character '\"' after object key:value pair"},
        Case{R"({"a":-})", "invalid character '}' in numeric literal"},
        Case{R"({"a":1.})", "invalid character '}' after decimal point in numeric literal"},
        Case{R"({"a":1e+})", "invalid character '}' in exponent of numeric literal"},
        Case{R"({"a":"\u12"})", "invalid character '\"' in \\u hexadecimal character escape"},
        Case{"{'", R"(invalid character '\'' looking for beginning of object key string)"},
        Case{"{\"a\":\"x\ny\"}", R"(invalid character '\n' in string literal)"},
        Case{"{\"a\":\x01}", R"(invalid character '\x01' looking for beginning of value)"},
        Case{"{\"a\":\xc3\xa9}", "invalid character '\xc3\x83' looking for beginning of value"},
        Case{"}", "invalid character '}' looking for beginning of value"}));

TEST(JsonSyntax, NamesTheFileAndThePlace) {
    EXPECT_EQ(words_for("{bad}", "board.json"),
              "board.json: offset 1: invalid character 'b' looking for beginning of object key "
              "string");
    EXPECT_EQ(words_for("{\"a\":", "board.json"),
              "board.json: offset 5: unexpected end of JSON input");
    EXPECT_EQ(words_for(" ", "board.json"), "board.json: offset 1: unexpected end of JSON input");
}

TEST(JsonSyntax, RefusesTextAfterTheValue) {
    EXPECT_EQ(words_for("{} x"), "invalid character 'x' after top-level value");
    EXPECT_EQ(words_for("{}{}"), "invalid character '{' after top-level value");
    EXPECT_EQ(words_for("{} \n\t"), "accepted");
}

}  // namespace
}  // namespace phi::json
