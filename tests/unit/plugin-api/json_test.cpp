// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <runphi/sdk/json.hpp>

namespace {

using namespace runphi::sdk;

template <typename F>
std::string message_of(const F& f) {
    try {
        f();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::invalid);
        return error.message();
    }
    return "no error";
}

TEST(Json, ReadsWhatItWrites) {
    const std::string text = JsonWriter()
                                 .object()
                                 .field("name", "a \"quoted\" name\n")
                                 .field("yes", true)
                                 .field("big", std::uint64_t{18446744073709551615U})
                                 .field("small", -3)
                                 .array("list")
                                 .value(1)
                                 .value("two")
                                 .end_array()
                                 .end_object()
                                 .text();
    const JsonDocument document(text, "doc");
    const Json root = document.root();
    EXPECT_EQ(root.at("name").string(), "a \"quoted\" name\n");
    EXPECT_TRUE(root.at("yes").boolean());
    EXPECT_EQ(root.at("big").u64(), 18446744073709551615U);
    ASSERT_EQ(root.at("list").elements().size(), 2U);
    EXPECT_EQ(root.at("list").elements()[1].string(), "two");
    EXPECT_EQ(JsonWriter().value(root.value()).text(), text);
}

TEST(Json, EveryErrorNamesThePlace) {
    const JsonDocument document(R"({"a": {"b": [1, "x"], "n": -1}, "null": null})", "doc");
    const Json root = document.root();
    EXPECT_EQ(message_of([&] { root.at("a").at("c"); }), "doc.a.c: missing");
    EXPECT_EQ(message_of([&] { root.at("a").at("b").elements()[1].u64(); }),
              "doc.a.b[1]: expected a whole number that is not negative, found a string");
    EXPECT_EQ(message_of([&] { root.at("a").at("n").u64(); }),
              "doc.a.n: expected a whole number that is not negative, found a number");
    EXPECT_EQ(message_of([&] { root.at("a").string(); }),
              "doc.a: expected a string, found an object");
    EXPECT_EQ(message_of([&] { root.at("a").at("b").elements()[0].u64(2, 9); }),
              "doc.a.b[0]: 1 is not between 2 and 9");
    EXPECT_EQ(message_of([&] { root.only({"a"}); }), "doc.null: unknown key");
    EXPECT_FALSE(root.find("null"));
    EXPECT_FALSE(root.find("nothing"));
}

TEST(Json, RefusesWhatIsNoJson) {
    for (const char* text : {"", "{", "{}x", "[1,]", "{\"a\":\"\xff\"}", "nul"}) {
        EXPECT_NE(
            message_of([&] { const JsonDocument document(text, "doc"); }).find("doc: offset "),
            std::string::npos)
            << text;
    }
}

TEST(Json, DeepNestingIsNoStackOverflow) {
    const JsonDocument document(std::string(200'000, '[') + std::string(200'000, ']'), "doc");
    EXPECT_TRUE(document.root().is_array());
}

TEST(Json, FallbacksAreForWhatIsAbsentOnly) {
    const JsonDocument document(R"({"s": "x", "n": 4, "b": true})", "doc");
    const Json root = document.root();
    EXPECT_EQ(root.string_or("s", "y"), "x");
    EXPECT_EQ(root.string_or("t", "y"), "y");
    EXPECT_EQ(root.u64_or("n", 1), 4U);
    EXPECT_EQ(root.u64_or("m", 1), 1U);
    EXPECT_TRUE(root.boolean_or("b", false));
    EXPECT_FALSE(root.boolean_or("c", false));
    EXPECT_THROW(root.u64_or("s", 1), Error);
}

}  // namespace
