// SPDX-License-Identifier: Apache-2.0
#include "core/log/log_format.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "core/base/json.hpp"

namespace phi::log {
namespace {

class LogFormat : public testing::Test {
  protected:
    void SetUp() override { zone("UTC0"); }
    void TearDown() override { zone("UTC0"); }
    static void zone(const char* name) {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    static constexpr std::time_t noon = 1769860800;  // 2026-01-31T12:00:00Z
};

TEST_F(LogFormat, TextIsAsLogrusWritesIt) {
    EXPECT_EQ(format_text({Level::error, "container does not exist", noon}),
              R"(time="2026-01-31T12:00:00Z" level=error msg="container does not exist")");
    EXPECT_EQ(format_text({Level::warn, "one-word_/@^+.", noon}),
              R"(time="2026-01-31T12:00:00Z" level=warning msg=one-word_/@^+.)");
    EXPECT_EQ(format_text({Level::info, "", noon}),
              R"(time="2026-01-31T12:00:00Z" level=info msg=)");
}

TEST_F(LogFormat, TextIsQuotedAsGoDoes) {
    const auto quoted = [](std::string_view message) {
        const std::string line = format_text({Level::debug, message, noon});
        return line.substr(line.find("msg=") + 4);
    };
    EXPECT_EQ(quoted("say \"a\\b\""), R"("say \"a\\b\"")");
    EXPECT_EQ(quoted("\a\b\f\n\r\t\v"), R"("\a\b\f\n\r\t\v")");
    EXPECT_EQ(quoted(std::string_view("\0\x1b\x7f", 3)), R"("\x00\x1b\x7f")");
    EXPECT_EQ(quoted("\xc3\xa9 \xe2\x82\xac"), "\"\xc3\xa9 \xe2\x82\xac\"");
    EXPECT_EQ(quoted("\xff\xc3"), R"("\xff\xc3")");
    EXPECT_EQ(quoted("\xc2\x9b"), R"("\u009b")");      // a control character
    EXPECT_EQ(quoted("\xe2\x80\xae"), R"("\u202e")");  // turns the direction of writing
    EXPECT_EQ(quoted("\xf3\xa0\x80\x81"), R"("\U000e0001")");
    EXPECT_EQ(quoted("\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\"");
}

TEST_F(LogFormat, JsonIsAsLogrusWritesIt) {
    EXPECT_EQ(
        format_json({Level::error, "container does not exist", noon}),
        R"({"level":"error","msg":"container does not exist","time":"2026-01-31T12:00:00Z"})");
    const std::string line =
        format_json({Level::error, "<a> & \"b\"\\\n\x01\x7f\xff\xe2\x80\xa8", noon});
    EXPECT_EQ(line,
              "{\"level\":\"error\",\"msg\":\"\\u003ca\\u003e \\u0026 \\\"b\\\"\\\\\\n\\u0001\x7f"
              "\\ufffd\\u2028\",\"time\":\"2026-01-31T12:00:00Z\"}");
}

TEST_F(LogFormat, JsonCanBeReadWhateverTheMessage) {
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const char bytes[] = {static_cast<char>(first), static_cast<char>(second)};
            const std::string line = format_json({Level::error, {bytes, 2}, noon});
            ASSERT_NO_THROW(json::parse(line, "line")) << line;
            ASSERT_EQ(line.find('\n'), std::string::npos);
        }
    }
}

TEST_F(LogFormat, TheTimeHasItsZone) {
    zone("XXX-5:30");
    EXPECT_NE(format_text({Level::error, "m", noon}).find("2026-01-31T17:30:00+05:30"),
              std::string::npos);
    zone("XXX3");
    EXPECT_NE(format_text({Level::error, "m", noon}).find("2026-01-31T09:00:00-03:00"),
              std::string::npos);
}

TEST_F(LogFormat, TheTerminalsLineIsPaddedAndColoured) {
    EXPECT_EQ(format_terminal({Level::error, "container does not exist", noon}, 0),
              "\x1b[31mERRO\x1b[0m[0000] container does not exist                     ");
    const std::string longer(60, 'x');
    EXPECT_EQ(format_terminal({Level::warn, longer, noon}, 12),
              "\x1b[33mWARN\x1b[0m[0012] " + longer + " ");
}

}  // namespace
}  // namespace phi::log
