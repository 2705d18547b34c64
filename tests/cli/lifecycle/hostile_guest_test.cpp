// SPDX-License-Identifier: Apache-2.0
// A guest that turns on its monitor over the agent channel, or on who runs something in it: it
// costs the host a bounded amount of memory and of log, and other containers nothing.
#include "exec_node.hpp"
#include "support/processes.hpp"

namespace phi::test {
namespace {

// Sanitized, no more than shows errors: what is mapped is not compared there, and a byte takes
// long.
constexpr std::uint64_t flood_bytes = 64U << 20, sanitized_flood_bytes = 8U << 20;
constexpr std::uint64_t monitor_kib = 2048;  // as of one whose guest is kind
constexpr std::uint64_t log_bytes = 64U << 10;

class HostileGuest : public ExecNode {
  protected:
    ~HostileGuest() override { node_.run({"delete", "--force", "other"}); }

    // Besides the hostile container "c", one that minds its own business.
    void begin(const std::string& script) {
        start(script);
        const std::string kind = node_.inmate_bundle("kind", "spin\n");
        ASSERT_EQ(node_.run({"create", "--bundle", kind, "other"}).status, 0);
        ASSERT_EQ(node_.run({"start", "other"}).status, 0);
        monitor_ = pid_of(node_, "c");
        ASSERT_GT(monitor_, 0);
    }
    void await_flood() const {
        const std::uint64_t wanted =
            bytes_read(monitor_) + (sanitized() ? sanitized_flood_bytes : flood_bytes);
        ASSERT_TRUE(Sandbox::eventually([&] { return bytes_read(monitor_) >= wanted; },
                                        std::chrono::seconds(100)))
            << bytes_read(monitor_);
    }
    void expect_bounded() const {
        // A sanitizer's shadow is not ours.
        EXPECT_TRUE(sanitized() || private_kib(monitor_) <= monitor_kib) << private_kib(monitor_);
        EXPECT_LE(read_text(node_.dir() + "/runphi.log").size(), log_bytes);
    }
    bool is(const std::string& id, const std::string& status) const {
        return node_.run({"state", id}).out.find("\"" + status + "\"") != std::string::npos;
    }
    void expect_others_free() const {
        EXPECT_TRUE(is("other", "running"));
        EXPECT_EQ(node_.run({"pause", "other"}).err, "");
        EXPECT_EQ(node_.run({"resume", "other"}).err, "");
    }
    // It is the host's all the same.
    void expect_ruled() {
        EXPECT_TRUE(is("c", "running"));
        EXPECT_EQ(node_.run({"kill", "c", "KILL"}).err, "");
        EXPECT_TRUE(Sandbox::eventually([this] { return is("c", "stopped"); }));
        EXPECT_EQ(node_.run({"delete", "--force", "c"}).err, "");
        EXPECT_EQ(node_.run({"delete", "--force", "other"}).err, "");
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
    }

    pid_t monitor_ = 0;
};

class FloodingGuest : public HostileGuest, public ::testing::WithParamInterface<const char*> {};

TEST_P(FloodingGuest, CostsABoundedAmount) {
    begin(text("babble ", GetParam(), "\nspin\n"));
    await_flood();
    expect_bounded();
    expect_others_free();
    expect_ruled();
}

INSTANTIATE_TEST_SUITE_P(Ways, FloodingGuest,
                         ::testing::Values("garbage", "frames", "credit", "lengths", "errors",
                                           "hellos"),
                         [](const auto& way) { return std::string(way.param); });

// The flood goes to the session of whoever runs something there. He may lose it, and needs no more
// memory than for a kind one; nobody else notices.
TEST_F(HostileGuest, AFloodIntoASessionIsBoundedToo) {
    for (const char* how : {"frames", "credit"}) {
        begin(text("babble ", how, "\nspin\n"));
        const Spawned client =
            spawn({node_.command({"exec", "c", "sleep"}), node_.environment(), {}});
        await_flood();
        EXPECT_TRUE(sanitized() || private_kib(client.id.pid) <= monitor_kib)
            << private_kib(client.id.pid);
        expect_bounded();
        expect_others_free();
        send_signal(client.id, SIGKILL);
        EXPECT_NE(wait(client.id.pid), 0) << how;
        expect_ruled();
    }
}

TEST_F(HostileGuest, HalfAFrameHoldsNobodyElseUp) {
    begin("babble half\nspin\n");
    const Spawned waiting = exec_in_background({"c", "print", "x"});
    expect_others_free();
    ASSERT_TRUE(send_signal(waiting.id, SIGKILL));
    EXPECT_EQ(wait(waiting.id.pid), 137);
    expect_bounded();
    expect_ruled();
}

TEST_F(HostileGuest, OfAnUnknownVersionSpeaksTheLowerOne) {
    begin("version 255\nspin\n");
    EXPECT_EQ(exec({"c", "print", "x"}).out, "x\n");
    expect_ruled();
}

TEST_F(HostileGuest, OfTheFirstVersionHasNoSessions) {
    begin("version 1\nspin\n");
    const Result ran = exec({"c", "print", "x"});
    EXPECT_EQ(ran.status, 255);
    EXPECT_NE(ran.err.find("a kernel of its own, without runPHI's agent"), std::string::npos)
        << ran.err;
    expect_ruled();
}

TEST_F(HostileGuest, WhoTakesNoCallsKeepsNobodyFromLeaving) {
    begin("betray silent\nspin\n");
    std::vector<Spawned> all;
    for (int i = 0; i < RUNPHI_AGENT_SESSIONS_MAX; ++i)
        all.push_back(exec_in_background({"c", "cat"}));
    expect_others_free();
    for (const auto& one : all) {
        ASSERT_TRUE(send_signal(one.id, SIGKILL));
        EXPECT_EQ(wait(one.id.pid), 137);
    }
    expect_bounded();
    expect_ruled();
}

}  // namespace
}  // namespace phi::test
