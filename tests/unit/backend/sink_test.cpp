// SPDX-License-Identifier: Apache-2.0
#include "core/backend/sink.hpp"

#include <gtest/gtest.h>

#include "unit/backend/node.hpp"

namespace {

using phi::backend::Sink;

TEST(Sink, AppendsUpToItsBound) {
    Sink sink(5);
    const runphi_sink* abi = sink.abi();
    EXPECT_EQ(abi->size, sizeof *abi);
    EXPECT_EQ(abi->write(abi->ctx, "abc", 3), RUNPHI_OK);
    EXPECT_EQ(abi->write(abi->ctx, nullptr, 0), RUNPHI_OK);
    EXPECT_EQ(abi->write(abi->ctx, "de", 2), RUNPHI_OK);
    EXPECT_EQ(sink.take("it"), "abcde");
}

TEST(Sink, MoreThanItsBoundIsNoValueAtAll) {
    Sink sink(5);
    const runphi_sink* abi = sink.abi();
    EXPECT_EQ(abi->write(abi->ctx, "abcdef", 6), RUNPHI_NO_RESOURCE);
    EXPECT_EQ(abi->write(abi->ctx, "x", UINT64_MAX), RUNPHI_NO_RESOURCE);
    EXPECT_EQ(abi->write(abi->ctx, "x", 1), RUNPHI_OK);
    EXPECT_EQ(test::error_of([&] { sink.take("it"); }).message(), "it is larger than 5 bytes");
}

TEST(Sink, NoBytesAtNoAddress) {
    Sink sink(5);
    EXPECT_EQ(sink.abi()->write(sink.abi()->ctx, nullptr, 3), RUNPHI_INVALID);
}

}  // namespace
