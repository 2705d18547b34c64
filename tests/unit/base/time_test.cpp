// SPDX-License-Identifier: Apache-2.0
#include "core/base/time.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace phi {
namespace {

TEST(Time, IsRfc3339WithNanoseconds) {
    const std::regex form(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)");
    EXPECT_TRUE(std::regex_match(rfc3339_now(), form)) << rfc3339_now();
}

TEST(Deadline, InThePastHasPassed) {
    const auto past = Deadline::in(std::chrono::milliseconds(-1));
    EXPECT_TRUE(past.passed());
    EXPECT_EQ(past.remaining_ms(), 0);
    EXPECT_EQ(past.poll_ms(), 0);
}

TEST(Deadline, NeverIsForPollWithoutATimeout) {
    EXPECT_FALSE(Deadline::never().passed());
    EXPECT_EQ(Deadline::never().poll_ms(), -1);
}

TEST(Deadline, FarAwayFitsPoll) {
    const auto far = Deadline::in(std::chrono::hours(24 * 365));
    EXPECT_FALSE(far.passed());
    EXPECT_EQ(far.poll_ms(), 1'000'000'000);
    EXPECT_GT(far.remaining_ms(), std::int64_t{1'000'000'000});
}

}  // namespace
}  // namespace phi
