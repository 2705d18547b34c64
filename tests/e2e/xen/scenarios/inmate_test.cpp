// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "core/base/text.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

class Inmate : public Container {};

TEST_F(Inmate, HasItsOutputAndItsStatus) {
    const Result ran = run(inmate_bundle("exit"));
    EXPECT_EQ(ran.status, 7) << ran.err;
    EXPECT_EQ(ran.out, hello);
    EXPECT_EQ(ran.err, "");
}

TEST_F(Inmate, ThatPowersOffHasStatus0) {
    const Result ran = run(inmate_bundle("print"));
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, hello);
}

TEST_F(Inmate, ThatCrashesHasStatus134) {
    const Result ran = run(inmate_bundle("crash"));
    EXPECT_EQ(ran.status, 134) << ran.err;
    EXPECT_EQ(ran.out, text(hello, "unhandled exception\n"));
}

TEST_F(Inmate, IsEndedByTERM) {
    begin(inmate_bundle("spin"));
    ASSERT_TRUE(says(hello)) << output();
    EXPECT_EQ(runphi({"kill", "c", "TERM"}).err, "");
    EXPECT_EQ(ends(), 143);
}

TEST_F(Inmate, IsEndedByKILL) {
    begin(inmate_bundle("spin"));
    ASSERT_TRUE(says(hello)) << output();
    EXPECT_EQ(runphi({"kill", "c", "KILL"}).err, "");
    EXPECT_EQ(ends(), 137);
}

TEST_F(Inmate, SaysNothingWhileItIsPaused) {
    begin(inmate_bundle("tick"));
    ASSERT_TRUE(says("tick\n")) << output();
    EXPECT_EQ(runphi({"pause", "c"}).err, "");
    EXPECT_TRUE(is("paused"));
    ASSERT_EQ(domains().size(), 1U);
    EXPECT_TRUE(domains()[0].paused()) << domains()[0].state;
    // What it said before is on its way through xenconsoled.
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const std::string before = output();
    std::this_thread::sleep_for(std::chrono::seconds(1));
    EXPECT_EQ(output(), before);
    EXPECT_EQ(runphi({"resume", "c"}).err, "");
    EXPECT_TRUE(Sandbox::eventually([&] { return output().size() > before.size(); }));
    EXPECT_TRUE(is("running"));
}

// The column of `xl vcpu-list` behind the slash is the soft affinity: "1 / all".
TEST_F(Inmate, IsPinnedToTheCpuThatItWasGranted) {
    begin(inmate_bundle("spin"));
    ASSERT_TRUE(says(hello)) << output();
    ASSERT_EQ(domains().size(), 1U);
    const std::string listed = xl({"vcpu-list", std::to_string(domains()[0].id)}).out;
    EXPECT_NE(listed.find(" 1 / all"), std::string::npos) << listed;
    EXPECT_EQ(domains()[0].memory_mib, 32U);
}

}  // namespace
}  // namespace phi::test
