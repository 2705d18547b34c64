// SPDX-License-Identifier: Apache-2.0
#include "plugins/jailhouse/format/names.hpp"

#include <gtest/gtest.h>

#include "plugins/jailhouse/format/number_set.hpp"

namespace jailhouse_test {
namespace {

using namespace runphi::jailhouse;

TEST(Names, OfBits) {
    EXPECT_EQ(words(0, region_flags), "-");
    EXPECT_EQ(words(0x4f, region_flags), "read write execute dma loadable");
    EXPECT_EQ(words(0x100000801, region_flags), "read 0x100000800");
    EXPECT_EQ(c_expression(0, region_flags), "0");
    EXPECT_EQ(c_expression(0x41, region_flags), "JAILHOUSE_MEM_READ | JAILHOUSE_MEM_LOADABLE");
    EXPECT_EQ(c_expression(0x801, region_flags), "JAILHOUSE_MEM_READ | 0x800");
}

TEST(Names, OfValues) {
    EXPECT_EQ(words(3, console_types), "PL011");
    EXPECT_EQ(words(99, console_types), "0x63");
    EXPECT_EQ(c_expression(4, iommu_types), "JAILHOUSE_IOMMU_PVU");
    EXPECT_EQ(c_expression(11, console_types), "0xb");
}

TEST(NumberSet, BothWays) {
    EXPECT_TRUE(numbers_of({}).empty());
    EXPECT_EQ(numbers_of({0x81, 0, 2}), (Numbers{0, 7, 17}));
    EXPECT_EQ(set_of({}), std::vector<std::uint8_t>(8));
    EXPECT_EQ(numbers_of(set_of({0, 2, 3, 63, 64})), (Numbers{0, 2, 3, 63, 64}));
    EXPECT_EQ(set_of({64}).size(), 16U);
    EXPECT_EQ(set_of({63}).size(), 8U);
}

TEST(NumberSet, AsText) {
    EXPECT_EQ(list_text({}), "none");
    EXPECT_EQ(list_text({4}), "4");
    EXPECT_EQ(list_text({0, 2, 3, 4, 9, 10}), "0,2-4,9-10");
}

}  // namespace
}  // namespace jailhouse_test
