// SPDX-License-Identifier: Apache-2.0
#include "core/board/amount.hpp"

#include <gtest/gtest.h>

namespace phi::board {
namespace {

TEST(Amount, AddressesHaveAtLeastEightDigits) {
    EXPECT_EQ(address(0), "0x00000000");
    EXPECT_EQ(address(0x70000000), "0x70000000");
    EXPECT_EQ(address(0x800000000), "0x800000000");
    EXPECT_EQ(address(UINT64_MAX), "0xffffffffffffffff");
}

}  // namespace
}  // namespace phi::board
