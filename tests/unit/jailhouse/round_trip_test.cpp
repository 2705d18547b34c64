// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "plugins/jailhouse/format/detect.hpp"
#include "plugins/jailhouse/format/difference.hpp"
#include "plugins/jailhouse/format/read.hpp"
#include "plugins/jailhouse/format/write.hpp"
#include "unit/jailhouse/random_model.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;

constexpr int rounds = 100;

TEST(RoundTrip, OfAnyCellInEveryLayout) {
    Random random(1);
    for (int i = 0; i < rounds; ++i) {
        for (const Layout layout : all_layouts) {
            const Cell cell = random_cell(random, layout);
            const std::string bytes = write_cell(cell, layout);
            const Cell again = read_cell(bytes, layout, "file", cell.arch);
            ASSERT_EQ(first_difference(cell, again).value_or("equal"), "equal")
                << to_string(layout);
            ASSERT_EQ(write_cell(again, layout), bytes) << to_string(layout);
        }
    }
}

TEST(RoundTrip, OfAnySystemInEveryLayout) {
    Random random(2);
    for (int i = 0; i < rounds; ++i) {
        for (const Layout layout : all_layouts) {
            const System system = random_system(random, layout);
            const std::string bytes = write_system(system, layout);
            const System again = read_system(bytes, layout, "file", system.arch);
            ASSERT_EQ(first_difference(system, again).value_or("equal"), "equal")
                << to_string(layout);
            ASSERT_EQ(write_system(again, layout), bytes) << to_string(layout);
        }
    }
}

// Random counts now and then make the same length in two layouts; then it says so, and never takes
// the wrong one.
TEST(RoundTrip, DetectionIsRightOrRefuses) {
    Random random(3);
    int refused = 0;
    for (int i = 0; i < rounds; ++i) {
        for (const Layout layout : all_layouts) {
            const std::string bytes = write_cell(random_cell(random, layout), layout);
            try {
                ASSERT_EQ(detect(bytes, "file").layout, layout);
            } catch (const runphi::sdk::Error& error) {
                ++refused;
                ASSERT_NE(error.message().find("fits more than one layout"), std::string::npos)
                    << error.message();
            }
        }
    }
    EXPECT_LT(refused, rounds / 5);
}

}  // namespace
}  // namespace jailhouse_test
