// SPDX-License-Identifier: Apache-2.0
// runphi-configure in runc's place.
#include <gtest/gtest.h>

#include <filesystem>

#include "node_tree.hpp"
#include "support/errors.hpp"

namespace phi::test {
namespace {

namespace fs = std::filesystem;

class Place : public testing::Test {
  protected:
    // Refused with these words, and not a byte is other than before.
    void expect_refused(const std::vector<std::string>& args, const std::string& words) const {
        const auto before = node_.everything();
        const Result result = node_.configure(args);
        EXPECT_EQ(result.status, 1) << result.out;
        EXPECT_TRUE(mentions(result.err, words)) << result.err;
        EXPECT_EQ(node_.changed_since(before), "");
    }
    void expect_installed(const std::string& runc) const {
        EXPECT_TRUE(mentions(node_.version_of("/usr/sbin/runc"), "runphi"));
        EXPECT_EQ(node_.version_of("/usr/sbin/runc_vanilla"), "runc version " + runc);
        const Result check = node_.configure({"--check"});
        EXPECT_EQ(check.status, 0) << check.out << check.err;
    }

    NodeTree node_;
};

TEST_F(Place, IsTakenAndGivenBackToTheByte) {
    const auto before = node_.everything();
    const Result result = node_.configure({"-a"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_TRUE(mentions(result.out, "runc is kept as /usr/sbin/runc_vanilla")) << result.out;
    EXPECT_TRUE(mentions(result.out, "partitions get the backend fake")) << result.out;
    expect_installed("1.1.5");
    EXPECT_TRUE(mentions(node_.read("/etc/runphi/board.json"), "\"cpus\""));
    EXPECT_EQ(node_.configure({"-r"}).status, 0);
    EXPECT_EQ(node_.changed_since(before), "");
    EXPECT_EQ(node_.configure({"-r"}).out, "there is nothing to put back\n");
}

TEST_F(Place, ASecondTimeThereIsNothingToDo) {
    ASSERT_EQ(node_.configure({"-a"}).status, 0);
    const auto before = node_.everything();
    EXPECT_TRUE(mentions(node_.configure({"-a"}).out, "is installed already"));
    EXPECT_EQ(node_.changed_since(before), "");
}

TEST_F(Place, DpkgIsTold) {
    node_.add_dpkg();
    const auto diversions = [this] {
        return run_program({"/usr/bin/dpkg-divert", "--root", node_.dir(), "--list"}).out;
    };
    ASSERT_EQ(node_.configure({"-a"}).status, 0);
    expect_installed("1.1.5");
    EXPECT_EQ(diversions(), "local diversion of /usr/sbin/runc to /usr/sbin/runc_vanilla\n");
    EXPECT_EQ(node_.configure({"-r"}).status, 0);
    EXPECT_EQ(diversions(), "");
    EXPECT_EQ(node_.version_of("/usr/sbin/runc"), "runc version 1.1.5");
}

TEST_F(Place, AnUpgradeThatOverwroteItIsSeenAndMended) {
    ASSERT_EQ(node_.configure({"-a"}).status, 0);
    node_.put_runc("1.2.0");
    const Result check = node_.configure({"--check"});
    EXPECT_EQ(check.status, 1);
    EXPECT_TRUE(mentions(check.out, "WRONG /usr/sbin/runc is not runPHI any more")) << check.out;
    EXPECT_TRUE(mentions(check.out, "mend it: runphi-configure -a")) << check.out;
    ASSERT_EQ(node_.configure({"-a"}).status, 0);
    expect_installed("1.2.0");
    ASSERT_EQ(node_.configure({"-r"}).status, 0);
    EXPECT_EQ(node_.version_of("/usr/sbin/runc"), "runc version 1.2.0");
}

TEST_F(Place, AnUpgradeBehindADiversionIsKept) {
    node_.add_dpkg();
    ASSERT_EQ(node_.configure({"-a"}).status, 0);
    node_.put_runc("1.2.0", "/usr/sbin/runc_vanilla");
    expect_installed("1.2.0");
    ASSERT_EQ(node_.configure({"-r"}).status, 0);
    EXPECT_EQ(node_.version_of("/usr/sbin/runc"), "runc version 1.2.0");
}

TEST_F(Place, WhatIsRunphiIsNeverKeptAsRunc) {
    fs::remove(node_.at("/usr/sbin/runc"));
    fs::create_symlink("../bin/runphi", node_.at("/usr/sbin/runc"));
    expect_refused({"-a"}, "/usr/sbin/runc is runPHI already");
}

TEST_F(Place, AKeptRuncIsNeverOverwritten) {
    node_.put_runc("1.0.0", "/usr/sbin/runc_vanilla");
    expect_refused({"-a"}, "/usr/sbin/runc_vanilla is there already");
}

TEST_F(Place, ARuncThatDoesNotRunIsNotReplaced) {
    node_.put("/usr/sbin/runc", "#!/bin/sh\necho no such machine\nexit 3\n", true);
    expect_refused({"-a"}, "status 3: no such machine");
}

TEST_F(Place, WithoutARuncThereIsNoPlace) {
    fs::remove(node_.at("/usr/sbin/runc"));
    expect_refused({"-a"}, "there is no runc");
}

TEST_F(Place, ARunphiThatDoesNotRunIsTakenBack) {
    node_.put("/usr/bin/runphi", "#!/bin/sh\necho runphi is broken\nexit 9\n", true);
    expect_refused({"-a"}, "status 9: runphi is broken");
    EXPECT_EQ(node_.version_of("/usr/sbin/runc"), "runc version 1.1.5");
}

TEST_F(Place, ABackendCanBeChosen) {
    const auto before = node_.everything();
    ASSERT_EQ(node_.configure({"-c", "fake"}).status, 0);
    EXPECT_TRUE(mentions(node_.read("/etc/runphi/runphi.json"), "\"backend\": \"fake\""));
    ASSERT_EQ(node_.configure({"-c", "none"}).status, 0);
    EXPECT_TRUE(mentions(node_.read("/etc/runphi/runphi.json"), "\"select\": \"none\""));
    EXPECT_FALSE(mentions(node_.read("/etc/runphi/runphi.json"), "\"backend\":"));
    expect_installed("1.1.5");
    ASSERT_EQ(node_.configure({"-r"}).status, 0);
    EXPECT_EQ(node_.changed_since(before), "");
}

TEST_F(Place, WhatTheSettingsDoNotNameIsInTheTree) {
    fs::remove(node_.at("/etc/runphi/runphi.json"));
    const auto before = node_.everything();
    ASSERT_EQ(node_.configure({"-c", "fake"}).status, 0);
    expect_installed("1.1.5");
    ASSERT_EQ(node_.configure({"-r"}).status, 0);
    EXPECT_EQ(node_.changed_since(before), "");
}

TEST_F(Place, ABackendThatIsNotThereIsRefused) {
    expect_refused({"-c", "xen"}, "xen");
}

TEST_F(Place, ADryRunTakesNoStep) {
    const auto before = node_.everything();
    const Result result = node_.configure({"-a", "--dry-run"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_TRUE(mentions(result.out, "put runPHI in the place of /usr/sbin/runc")) << result.out;
    EXPECT_EQ(node_.changed_since(before), "");
}

TEST_F(Place, IsKeptWhileThereArePartitions) {
    ASSERT_EQ(node_.configure({"-a"}).status, 0);
    fs::create_directories(node_.at("/run/runPHI/brake-controller"));
    expect_refused({"-r"}, "there are partitions: brake-controller");
}

TEST_F(Place, ABoardFileThatIsThereIsKept) {
    node_.put("/etc/runphi/board.json", "{}");
    ASSERT_EQ(node_.configure({"-a"}).status, 0);
    EXPECT_EQ(node_.read("/etc/runphi/board.json"), "{}");
    ASSERT_EQ(node_.configure({"-r"}).status, 0);
    EXPECT_EQ(node_.read("/etc/runphi/board.json"), "{}");
}

TEST_F(Place, ARecordThatCannotBeReadIsNotGuessedAt) {
    node_.put("/var/lib/runphi/configure.json", "{\"version\": 1");
    for (const char* action : {"-a", "-r", "--check"}) {
        expect_refused({action}, "/var/lib/runphi/configure.json");
    }
}

TEST(CommandLine, SaysWhatIsWrongWithIt) {
    const NodeTree node;
    EXPECT_EQ(node.configure({}).status, 2);
    EXPECT_EQ(node.configure({"-a", "-r"}).status, 2);
    EXPECT_EQ(node.configure({"-a", "--modules", "/lib/modules/6"}).status, 2);
    EXPECT_EQ(node.configure({"--help"}).status, 0);
}

}  // namespace
}  // namespace phi::test
