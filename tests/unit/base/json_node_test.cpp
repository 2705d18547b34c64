// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "json_refusal.hpp"

namespace phi::json {
namespace {

using test::refusal_of;

class JsonNode : public testing::Test {
  protected:
    Document document_ = parse(R"({
        "linux": {"memory": {"limit": "64MB"}}, "flag": true, "name": "n", "none": null,
        "low": -9223372036854775808, "high": 18446744073709551615, "past": 18446744073709551616,
        "real": 1.5, "whole": 1.0, "list": ["a", "b"], "mixed": ["a", 1], "objects": [{"x": 1}]
    })",
                               "x");
    Node root_{document_, ""};
};

TEST_F(JsonNode, ErrorsNameTheWay) {
    const Node limit = root_.at("linux").at("memory").at("limit");
    EXPECT_EQ(refusal_of([&] { limit.as_i64(); }),
              "linux.memory.limit: expected an integer, found a string \"64MB\"");
    EXPECT_EQ(refusal_of([&] { root_.at("linux").at("cpu"); }), "linux.cpu: missing");
    EXPECT_EQ(refusal_of([&] { root_.at("none"); }), "none: missing");
    EXPECT_EQ(refusal_of([&] { root_.at("name").find("x"); }),
              "name: expected an object, found a string \"n\"");
    EXPECT_EQ(refusal_of([&] { root_.strings("mixed"); }),
              "mixed[1]: expected a string, found the number 1");
    EXPECT_EQ(refusal_of([&] {
                  root_.at("objects").each([](const Node& node) { node.at("x").as_string(); });
              }),
              "objects[0].x: expected a string, found the number 1");
    EXPECT_EQ(refusal_of([&] { Node(document_, "board.json").at("flag").as_string(); }),
              "board.json.flag: expected a string, found true");
}

TEST_F(JsonNode, NullIsAbsent) {
    EXPECT_FALSE(root_.find("none"));
    EXPECT_FALSE(root_.find("absent"));
    EXPECT_EQ(root_.opt_string("none"), std::nullopt);
    EXPECT_TRUE(root_.strings("none").empty());
}

TEST_F(JsonNode, IntegersAreExact) {
    EXPECT_EQ(root_.at("low").as_i64(), INT64_MIN);
    EXPECT_EQ(root_.at("high").as_u64(), UINT64_MAX);
    EXPECT_EQ(refusal_of([&] { root_.at("high").as_i64(); }),
              "high: expected an integer, found the number 18446744073709551615");
    EXPECT_NE(refusal_of([&] { root_.at("past").as_u64(); }), "accepted");
    EXPECT_NE(refusal_of([&] { root_.at("low").as_u64(); }), "accepted");
    EXPECT_EQ(refusal_of([&] { root_.at("real").as_i64(); }),
              "real: expected an integer, found the number 1.5");
    EXPECT_NE(refusal_of([&] { root_.at("whole").as_i64(); }), "accepted");
}

TEST_F(JsonNode, RangesIncludeTheirEnds) {
    const Document number = parse("5", "x");
    const Node node(number, "n");
    EXPECT_EQ(node.as_u64(5, 5), 5U);
    EXPECT_EQ(node.as_i64(-1, 5), 5);
    EXPECT_EQ(refusal_of([&] { node.as_u64(6, 9); }),
              "n: expected an integer from 6 to 9, found the number 5");
    EXPECT_NE(refusal_of([&] { node.as_i64(-5, 4); }), "accepted");
}

TEST_F(JsonNode, OptionalsReadOrRefuse) {
    EXPECT_EQ(root_.opt_bool("flag"), true);
    EXPECT_EQ(root_.opt_string("name"), "n");
    EXPECT_EQ(root_.opt_u64("high"), UINT64_MAX);
    EXPECT_EQ(root_.opt_i64("absent"), std::nullopt);
    EXPECT_NE(refusal_of([&] { root_.opt_bool("name"); }), "accepted");
    EXPECT_EQ(root_.strings("list"), (std::vector<std::string>{"a", "b"}));
}

TEST_F(JsonNode, OnlyRefusesUnknownKeys) {
    EXPECT_EQ(refusal_of([&] { root_.at("linux").only({"memory", "cpu"}); }), "accepted");
    EXPECT_EQ(refusal_of([&] { root_.at("linux").only({"cpu"}); }), "linux.memory: unknown key");
    EXPECT_NE(refusal_of([&] { root_.at("list").only({}); }), "accepted");
}

TEST_F(JsonNode, MembersComeInTheirOrder) {
    const Document object = parse(R"({"z":1,"a":2})", "x");
    std::string order;
    Node(object, "").members([&](const std::string& name, const Node& node) {
        order += name + std::to_string(node.as_i64());
    });
    EXPECT_EQ(order, "z1a2");
}

TEST(JsonWrite, IsReadBackTheSame) {
    const std::string text =
        R"({"a":[1,-2,1.5,true,null,"é\n\u0001"],"b":{},"c":18446744073709551615})";
    const Document document = parse(text, "x");
    EXPECT_EQ(write(document), text);
    const std::string pretty = write(document, true);
    EXPECT_NE(pretty.find("\n  \"b\": {}"), std::string::npos) << pretty;
    EXPECT_EQ(write(parse(pretty, "x")), text);
}

// What is no integer of 64 bits is the nearest double, to the last bit.
TEST(JsonWrite, KeepsNumbersExact) {
    const std::vector<std::pair<const char*, double>> numbers{
        {"2222222222222222222222222", 2222222222222222222222222.0},
        {"18446744073709551616", 18446744073709551616.0},
        {"-9223372036854775809", -9223372036854775809.0},
        {"123456789012345678901234567890e-10", 123456789012345678901234567890e-10},
        {"0.1000000000000000055511151231257827", 0.1},
        {"1.7976931348623157e308", 1.7976931348623157e308},
        {"5e-324", 5e-324},
        {"0.00000000000000000000", 0.0},
    };
    for (const auto& [text, value] : numbers) {
        const Document document = parse(text, "x");
        ASSERT_TRUE(document.IsDouble()) << text;
        EXPECT_EQ(document.GetDouble(), value) << text;
        EXPECT_EQ(parse(write(document), "x").GetDouble(), value) << text;
    }
}

TEST(JsonWrite, RoundsToZeroWhatIsTooSmall) {
    EXPECT_EQ(write(parse("[1e-400,-1e-400,1e-99999]", "x")), "[0.0,-0.0,0.0]");
}

TEST(JsonWrite, RefusesWhatIsNotUtf8) {
    Document document;
    document.SetString("\xff", 1);
    EXPECT_THROW(write(document), Error);
    EXPECT_THROW(write(document, true), Error);
}

}  // namespace
}  // namespace phi::json
