// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "guest/phi-init/early.h"

namespace {

phi_cmdline parsed(const std::string& text) {
    phi_cmdline out{};
    phi_cmdline_parse(text.c_str(), &out);
    return out;
}

TEST(GuestCmdline, FindsItsWords) {
    const auto c = parsed(
        "quiet runphi.console=ttyS0 runphi.agent=ttyS1 runphi.modules=a,b runphi.sessions=c,d "
        "panic=-1\n");
    EXPECT_STREQ(c.console, "ttyS0");
    EXPECT_STREQ(c.agent, "ttyS1");
    EXPECT_STREQ(c.modules, "a,b");
    EXPECT_STREQ(c.sessions, "c,d");
}

TEST(GuestCmdline, FindsTheMemoryChannel) {
    EXPECT_STREQ(parsed("quiet runphi.memory=0x7f9f0000").memory, "0x7f9f0000");
}

TEST(GuestCmdline, FindsTheWayBack) {
    EXPECT_STREQ(parsed("runphi.return=0x10001000 x").come_back, "0x10001000");
    EXPECT_STREQ(parsed("runphi.memory=0x7f9f0000").come_back, "");
}

TEST(GuestCmdline, TakesNoOtherWords) {
    const auto c =
        parsed("console=ttyS0 xrunphi.agent=a runphi.agents=b runphi.agent runphi.console=");
    EXPECT_STREQ(c.console, "");
    EXPECT_STREQ(c.agent, "");
    EXPECT_STREQ(c.modules, "");
}

TEST(GuestCmdline, TheLastOneCounts) {
    EXPECT_STREQ(parsed("runphi.agent=ttyS1  runphi.agent=hvc0").agent, "hvc0");
}

TEST(GuestCmdline, ModulesAddUp) {
    EXPECT_STREQ(parsed("runphi.modules=a,b runphi.modules= runphi.modules=c").modules, "a,b,c");
    const std::string longest(300, 'x');
    EXPECT_EQ(parsed("runphi.modules=" + longest + " runphi.modules=" + longest).modules, longest);
}

TEST(GuestCmdline, AValueThatDoesNotFitIsAbsent) {
    EXPECT_STREQ(parsed("runphi.agent=" + std::string(64, 'x')).agent, "");
    EXPECT_EQ(std::string(parsed("runphi.agent=" + std::string(63, 'x')).agent),
              std::string(63, 'x'));
}

}  // namespace
