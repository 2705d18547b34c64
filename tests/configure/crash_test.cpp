// SPDX-License-Identifier: Apache-2.0
// runphi-configure is killed at each of its effects: there always is a runc that runs, and the node
// can be put back to the byte, or installed whole.
#include <gtest/gtest.h>

#include "../crash/effect_tracer.hpp"
#include "node_tree.hpp"

namespace phi::test {
namespace {

using Words = std::vector<std::string>;

class Killed : public testing::TestWithParam<Words> {
  protected:
    Killed() {
        node_.put("/usr/bin/podman", "");
        node_.put("/usr/sbin/dockerd", "");
        node_.put("/etc/docker/daemon.json", "{\"bridge\": \"none\"}");
        node_.add_dpkg();
        before_ = node_.everything();
    }

    Trace traced(const Words& args, std::optional<unsigned> kill_at) const {
        return trace_effects(node_.command(args), {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
                             {Victim::command, kill_at, output_.path() + "/output"});
    }
    std::string said() const { return read_text(output_.path() + "/output"); }

    void expect_restored(const std::string& where) const {
        const Result result = node_.configure({"-r"});
        EXPECT_EQ(result.status, 0) << where << ": " << result.err;
        EXPECT_EQ(node_.changed_since(before_), "") << where;
    }
    void expect_some_runc(const std::string& where) const {
        EXPECT_NE(node_.version_of("/usr/sbin/runc"), "") << where;
    }

    NodeTree node_;
    Folder output_;
    std::map<std::string, std::string> before_;
};

TEST_P(Killed, WhileItInstalls) {
    const Trace whole = traced(GetParam(), {});
    ASSERT_EQ(whole.status, 0) << said();
    ASSERT_GT(whole.effects, 30U);
    expect_restored("uninterrupted");
    for (unsigned at = 0; at < whole.effects; ++at) {
        const Trace cut = traced(GetParam(), at);
        ASSERT_TRUE(cut.killed) << at;
        const std::string where = "effect " + std::to_string(at) + " (" + cut.last + ")";
        expect_some_runc(where);
        // Every third goes on to install instead.
        if (at % 3 == 0) {
            const Result again = node_.configure(GetParam());
            EXPECT_EQ(again.status, 0) << where << ": " << again.err;
            EXPECT_EQ(node_.configure({"--check"}).status, 0) << where;
        }
        expect_restored(where);
        if (HasFailure()) return;
    }
}

TEST_P(Killed, WhileItPutsBack) {
    ASSERT_EQ(node_.configure(GetParam()).status, 0);
    const Trace whole = traced({"-r"}, {});
    ASSERT_EQ(whole.status, 0) << said();
    for (unsigned at = 0; at < whole.effects; ++at) {
        ASSERT_EQ(node_.configure(GetParam()).status, 0);
        const Trace cut = traced({"-r"}, at);
        const std::string where = "effect " + std::to_string(at) + " (" + cut.last + ")";
        expect_some_runc(where);
        expect_restored(where);
        if (HasFailure()) return;
    }
}

INSTANTIATE_TEST_SUITE_P(Ways, Killed, testing::Values(Words{"-a"}, Words{"-a", "--handler"}));

}  // namespace
}  // namespace phi::test
