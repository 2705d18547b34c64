// SPDX-License-Identifier: Apache-2.0
// ps: the processes of this machine that a partition consists of.
#include <gtest/gtest.h>
#include <signal.h>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

class Ps : public ::testing::Test {
  protected:
    Ps() : node_("fake") {}
    ~Ps() override { node_.run({"delete", "--force", "c"}); }

    void create(const std::string& config = "") {
        const std::string bundle = node_.inmate_bundle("bundle", "spin\n", config);
        ASSERT_EQ(node_.run({"create", "--bundle", bundle, "c"}).err, "");
    }
    std::vector<pid_t> pids(const std::vector<std::string>& args = {"ps", "--format", "json",
                                                                    "c"}) {
        const Result told = node_.run(args);
        EXPECT_EQ(told.status, 0);
        EXPECT_EQ(told.err, "") << "engines parse both streams as one";
        std::vector<pid_t> found;
        const auto document = json::parse(told.out, "ps");
        json::Node(document, "ps").each([&](const json::Node& one) {
            found.push_back(static_cast<pid_t>(one.as_i64()));
        });
        return found;
    }
    pid_t monitor() {
        const auto state = json::parse(node_.run({"state", "c"}).out, "state");
        return static_cast<pid_t>(json::Node(state, "state").at("pid").as_i64());
    }
    // The monitor and the process that the fake hypervisor has for a partition, and no other.
    void expect_monitor_and_partition(const std::vector<pid_t>& found) {
        ASSERT_EQ(found.size(), 2U);
        EXPECT_EQ(found[0], monitor());
        EXPECT_NE(read_text(text("/proc/", found[1], "/cmdline")).find("fake-partition"),
                  std::string::npos);
    }

    Sandbox node_;
};

TEST_F(Ps, OfAContainerInACgroupOfItsOwn) {
    create("\"linux\": {\"cgroupsPath\": \"" + node_.cgroup() + "/c\"}");
    expect_monitor_and_partition(pids());
}

TEST_F(Ps, OfAContainerInItsCreatorsCgroup) {
    create();
    expect_monitor_and_partition(pids());
    EXPECT_EQ(node_.run({"ps", "-f", "json", "c"}).out.find('\n'),
              node_.run({"ps", "-f", "json", "c"}).out.size() - 1)
        << "one line";
}

TEST_F(Ps, OfAStoppedContainerIsNull) {
    create();
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
    ASSERT_TRUE(Sandbox::eventually([&] {
        return node_.run({"ps", "--format", "json", "c"}).out == "null\n";
    }));
}

TEST_F(Ps, TheTableHasTheHeaderAndTheLinesOfItsProcesses) {
    create();
    const auto own = pids();
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{}, {"-ef"}, {"-eo", "pid,comm"}, {"aux"}}) {
        std::vector<std::string> args{"ps", "c"};
        args.insert(args.end(), options.begin(), options.end());
        const Result told = node_.run(args);
        EXPECT_EQ(told.status, 0) << told.err;
        const auto lines = split(told.out, '\n');
        ASSERT_EQ(lines.size(), own.size() + 2) << told.out;
        EXPECT_NE(lines[0].find("PID"), std::string_view::npos);
        for (std::size_t at = 0; at < own.size(); ++at)
            EXPECT_NE(lines[at + 1].find(std::to_string(own[at])), std::string_view::npos);
    }
}

TEST_F(Ps, FailsAsRuncDoes) {
    create();
    const Result no_pid = node_.run({"ps", "c", "-eo", "comm"});
    EXPECT_EQ(no_pid.status, 1);
    EXPECT_NE(no_pid.err.find("couldn't find PID field in ps output"), std::string::npos);
    const Result format = node_.run({"ps", "--format", "xml", "c"});
    EXPECT_EQ(format.status, 1);
    EXPECT_NE(format.err.find("invalid format option"), std::string::npos);
    const Result options = node_.run({"ps", "c", "--no-such-option"});
    EXPECT_EQ(options.status, 1);
    EXPECT_NE(options.err.find("exit status 1: "), std::string::npos) << options.err;
    EXPECT_NE(node_.run({"ps", "nobody"}).err.find("container does not exist"), std::string::npos);
}

}  // namespace
}  // namespace phi::test
