// SPDX-License-Identifier: Apache-2.0
#include "plugins/qemu/ended.hpp"

#include <gtest/gtest.h>

namespace runphi::qemu {
namespace {

TEST(Ended, ByTheReasonOfTheEvent) {
    EXPECT_EQ(ended_by("guest-shutdown").state, sdk::State::stopped);
    EXPECT_EQ(ended_by("host-qmp-quit").state, sdk::State::stopped);
    EXPECT_EQ(ended_by("guest-reset").state, sdk::State::failed);
    EXPECT_EQ(ended_by("guest-panic").state, sdk::State::failed);
    EXPECT_EQ(ended_by("something-new").state, sdk::State::failed);
}

TEST(Ended, ByTheTraceInTheLog) {
    const auto query = ended_by_log("a warning\nqemu_system_shutdown_request reason=6\n");
    EXPECT_EQ(query.state, sdk::State::stopped);
    EXPECT_EQ(query.detail, "the guest powered off (guest-shutdown)");
    EXPECT_EQ(ended_by_log("qemu_system_shutdown_request reason=8\n").state, sdk::State::failed);
    EXPECT_EQ(ended_by_log("qemu_system_shutdown_request reason=77\n").state, sdk::State::failed);
}

TEST(Ended, TheFirstCauseCounts) {
    EXPECT_EQ(
        ended_by_log("qemu_system_shutdown_request reason=8\nrunphi: killed on request\n").state,
        sdk::State::failed);
}

TEST(Ended, AKillOnRequestIsNoFailure) {
    EXPECT_EQ(ended_by_log("runphi: killed on request\n").state, sdk::State::stopped);
}

TEST(Ended, WithoutAWordItIsAFailure) {
    EXPECT_EQ(ended_by_log("").state, sdk::State::failed);
    EXPECT_EQ(ended_by_log("some warning\n").state, sdk::State::failed);
}

}  // namespace
}  // namespace runphi::qemu
