// SPDX-License-Identifier: Apache-2.0
#include "core/board/amount.hpp"

#include <gtest/gtest.h>

namespace phi::board {
namespace {

TEST(Amount, ReadsDecimalHexadecimalAndSuffixes) {
    EXPECT_EQ(parse_amount("0"), 0U);
    EXPECT_EQ(parse_amount("4096"), 4096U);
    EXPECT_EQ(parse_amount("0x70000000"), 0x70000000U);
    EXPECT_EQ(parse_amount("0Xff"), 255U);
    EXPECT_EQ(parse_amount("3K"), 3072U);
    EXPECT_EQ(parse_amount("64M"), 64U << 20);
    EXPECT_EQ(parse_amount("64m"), 64U << 20);
    EXPECT_EQ(parse_amount("2G"), 2ULL << 30);
    EXPECT_EQ(parse_amount("1T"), 1ULL << 40);
}

TEST(Amount, ReachesTheLastNumberAndNotFurther) {
    EXPECT_EQ(parse_amount("18446744073709551615"), UINT64_MAX);
    EXPECT_EQ(parse_amount("18446744073709551616"), std::nullopt);
    EXPECT_EQ(parse_amount("0xffffffffffffffff"), UINT64_MAX);
    EXPECT_EQ(parse_amount("0x10000000000000000"), std::nullopt);
    EXPECT_EQ(parse_amount("16777215T"), 16777215ULL << 40);
    EXPECT_EQ(parse_amount("16777216T"), std::nullopt);
}

TEST(Amount, RefusesWhatIsNoNumber) {
    for (const char* bad : {"", "M", "0x", "0xg", "-1", "+1", " 1", "1 ", "1.5G", "64MB", "64MiB",
                            "0x10M", "1e3", "KM", "1KK", "0x-1"}) {
        EXPECT_EQ(parse_amount(bad), std::nullopt) << bad;
    }
}

TEST(Amount, AddressesHaveAtLeastEightDigits) {
    EXPECT_EQ(address(0), "0x00000000");
    EXPECT_EQ(address(0x70000000), "0x70000000");
    EXPECT_EQ(address(0x800000000), "0x800000000");
    EXPECT_EQ(address(UINT64_MAX), "0xffffffffffffffff");
}

}  // namespace
}  // namespace phi::board
