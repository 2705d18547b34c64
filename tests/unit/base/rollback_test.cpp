// SPDX-License-Identifier: Apache-2.0
#include "core/base/rollback.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace phi {
namespace {

TEST(Rollback, UndoesTheLastFirst) {
    std::string order;
    {
        Rollback rollback;
        rollback.push([&] { order += 'a'; });
        rollback.push([&] { order += 'b'; });
    }
    EXPECT_EQ(order, "ba");
}

TEST(Rollback, UndoesNothingOnceCommitted) {
    std::string order;
    {
        Rollback rollback;
        rollback.push([&] { order += 'a'; });
        rollback.commit();
        rollback.push([&] { order += 'b'; });
    }
    EXPECT_EQ(order, "b");
}

TEST(Rollback, GoesOnWhenAnUndoThrows) {
    std::string order;
    Rollback rollback;
    rollback.push([&] { order += 'a'; });
    rollback.push([] { throw std::runtime_error("undo"); });
    rollback.push([&] { order += 'c'; });
    rollback.run();
    EXPECT_EQ(order, "ca");
    rollback.run();
    EXPECT_EQ(order, "ca");
}

TEST(Rollback, RunsWhileAnErrorFlies) {
    std::string order;
    try {
        Rollback rollback;
        rollback.push([&] { order += 'a'; });
        throw std::runtime_error("cause");
    } catch (const std::runtime_error& error) {
        order += error.what();
    }
    EXPECT_EQ(order, "acause");
}

}  // namespace
}  // namespace phi
