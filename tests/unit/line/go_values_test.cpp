// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>

#include "core/line/flags.hpp"

namespace phi::line {
namespace {

struct Good {
    const char* word;
    std::int64_t value;
};

TEST(GoNumber, TakesWhatGoTakes) {
    for (const auto& [word, value] :
         {Good{"0", 0}, Good{"7", 7}, Good{"-7", -7}, Good{"+7", 7}, Good{"0x10", 16},
          Good{"0X1f", 31}, Good{"010", 8}, Good{"0o17", 15}, Good{"0b101", 5}, Good{"1_000", 1000},
          Good{"0x_1", 1}, Good{"0_7", 7}, Good{"9223372036854775807", INT64_MAX},
          Good{"-9223372036854775808", INT64_MIN}}) {
        std::int64_t found = -1;
        EXPECT_EQ(parse_go_number(word, found), 0) << word;
        EXPECT_EQ(found, value) << word;
    }
}

TEST(GoNumber, RefusesWhatGoRefuses) {
    for (const char* word : {"", "-", "x", "1x", "0x", "08", "0b2", "1__0", "_1", "1_", " 1", "1 ",
                             "--1", "1.0", "0x-1", "1e3"}) {
        std::int64_t found = 42;
        EXPECT_EQ(parse_go_number(word, found), EINVAL) << '"' << word << '"';
        EXPECT_EQ(found, 42) << word;
    }
    for (const char* word : {"9223372036854775808", "-9223372036854775809",
                             "99999999999999999999999", "0x8000000000000000"}) {
        std::int64_t found = 42;
        EXPECT_EQ(parse_go_number(word, found), ERANGE) << word;
    }
}

TEST(GoDuration, TakesWhatGoTakes) {
    for (const char* word :
         {"0", "5s", "1h2m3.5s", "-1ms", "+2us", "1.s", ".5s", "3\xc2\xb5s", "10ns", "1m"})
        EXPECT_TRUE(parse_go_duration(word)) << word;
    EXPECT_EQ(parse_go_duration("1h2m3.5s"), 3'723'500'000'000);
    EXPECT_EQ(parse_go_duration("-1ms"), -1'000'000);
    EXPECT_EQ(parse_go_duration("3\xc2\xb5s10ns"), 3010);
    EXPECT_EQ(parse_go_duration("0"), 0);
}

TEST(GoDuration, RefusesWhatGoRefuses) {
    for (const char* word : {"", "5", "s", "5 s", "5x", "1h2", ".s", "-", "5sx", "1d", "9999999h"})
        EXPECT_FALSE(parse_go_duration(word)) << word;
}

}  // namespace
}  // namespace phi::line
