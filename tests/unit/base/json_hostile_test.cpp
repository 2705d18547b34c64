// SPDX-License-Identifier: Apache-2.0
// Text that was made to hurt the reader.
#include <gtest/gtest.h>

#include "json_refusal.hpp"

namespace phi::json {
namespace {

std::string verdict(std::string_view text, Limits limits = {}) {
    return test::refusal_of([&] { parse(text, "x", limits); });
}

std::string nested(std::size_t depth, char open, char close) {
    return std::string(depth, open) + std::string(depth, close);
}

TEST(HostileJson, MayNestToTheLimitAndNoDeeper) {
    EXPECT_EQ(verdict(nested(64, '[', ']')), "accepted");
    EXPECT_EQ(verdict(nested(65, '[', ']')), "x: offset 64: nested deeper than 64 levels");
    EXPECT_EQ(verdict(nested(3, '[', ']'), {1024, 2}), "x: offset 2: nested deeper than 2 levels");
    // The depth is that of the moment, not the number of brackets.
    EXPECT_EQ(verdict("[[],[],[[]]]", {1024, 3}), "accepted");
}

TEST(HostileJson, DoesNotExhaustTheStack) {
    const std::string bomb(8'000'000, '[');
    EXPECT_NE(verdict(bomb).find("nested deeper"), std::string::npos);
    std::string objects;
    for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
    EXPECT_NE(verdict(objects).find("nested deeper"), std::string::npos);
}

TEST(HostileJson, MayBeAsLongAsTheLimit) {
    EXPECT_EQ(verdict("[1]", {3, 8}), "accepted");
    EXPECT_EQ(verdict("[12]", {3, 8}), "x: larger than 3 bytes");
}

TEST(HostileJson, DoesNotEndAtANulByte) {
    using namespace std::string_literals;
    EXPECT_EQ(verdict("{}\0garbage"s),
              R"(x: offset 2: invalid character '\x00' after top-level value)");
    EXPECT_EQ(verdict("\0"s),
              R"(x: offset 0: invalid character '\x00' looking for beginning of value)");
    EXPECT_EQ(verdict("\"a\0b\""s), R"(x: offset 2: invalid character '\x00' in string literal)");
    EXPECT_EQ(verdict("{}\0"s), R"(x: offset 2: invalid character '\x00' after top-level value)");
}

TEST(HostileJson, KeepsAnEscapedNul) {
    const Document document = parse(R"("a\u0000b")", "x");
    EXPECT_EQ(Node(document, "x").as_string(), std::string("a\0b", 3));
}

TEST(HostileJson, MustBeUtf8) {
    for (const char* bad :
         {"\"\x80\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\""}) {
        EXPECT_NE(verdict(bad).find("invalid UTF-8 in string literal"), std::string::npos)
            << verdict(bad);
    }
    EXPECT_NE(verdict(R"("\ud800")").find("surrogate"), std::string::npos);
    EXPECT_NE(verdict(R"("\ud800\u0041")").find("surrogate"), std::string::npos);
    EXPECT_EQ(verdict(R"("\ud83d\ude00")"), "accepted");
}

TEST(HostileJson, MayNotSayAThingTwice) {
    EXPECT_EQ(verdict(R"({"a":1,"b":2,"a":3})"), "x: duplicate key \"a\"");
    EXPECT_EQ(verdict(R"([{"a":{"k":1,"k":1}}])"), "x: duplicate key \"k\"");
    EXPECT_EQ(verdict(R"({"a":1,"\u0061":2})"), "x: duplicate key \"a\"");
    EXPECT_EQ(verdict(R"({"a":{"a":1},"b":{"a":1}})"), "accepted");
}

TEST(HostileJson, MustFitANumber) {
    const std::string nines(309, '9');
    for (const std::string& number : {std::string("1e309"), std::string("-1e309"),
                                      std::string("1.7976931348623159e308"), nines}) {
        EXPECT_EQ(verdict("[" + number + "]"), "x: offset 1: number too big") << number;
    }
}

TEST(HostileJson, HasNoDialects) {
    for (const char* text :
         {"// comment\n{}", "/**/{}", "[NaN]", "[Infinity]", "[1,]", "{'a':1}", "[.5]", "[+1]",
          "[0x10]", "[1e400]", "\xef\xbb\xbf{}", "[tRUE]", "[1e]", "[-]", "[--1]"}) {
        EXPECT_NE(verdict(text), "accepted") << text;
    }
}

TEST(HostileJson, EveryPrefixIsRefused) {
    const std::string whole = R"({"a":[1,-2.5e3,true,null,"\u00e9\n"],"b":{"c":false}})";
    ASSERT_EQ(verdict(whole), "accepted");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string message = verdict(whole.substr(0, length));
        EXPECT_NE(message.find("unexpected end of JSON input"), std::string::npos)
            << length << ": " << message;
    }
}

TEST(HostileJson, SurvivesEveryByteAtEveryPlace) {
    const std::string whole = R"({"a":[1,-2.5e3,true,null,"\u00e9\n"],"b":{"c":false}})";
    unsigned refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string text = whole;
            text[at] = static_cast<char>(byte);
            const std::string message = verdict(text);
            EXPECT_FALSE(message.empty());
            if (message != "accepted") ++refused;
        }
    }
    EXPECT_GT(refused, whole.size() * 128);
}

}  // namespace
}  // namespace phi::json
