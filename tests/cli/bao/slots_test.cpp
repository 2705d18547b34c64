// SPDX-License-Identifier: Apache-2.0
// Containers in slots, by the command line and the real plugin, on the model of a Bao machine: the
// stub's own state machine.
#include "cli/bao/node.hpp"

namespace phi::test {
namespace {

constexpr const char* more_than_a_slot =
    R"("linux": {"resources": {"memory": {"limit": 9000000}}})";

TEST_F(Slots, FromCreatedToDeleted) {
    created("c", "echo");
    EXPECT_TRUE(has_status("created"));
    EXPECT_EQ(machine_.state("s0"), SlotState::loaded) << "the smallest one that fits";
    EXPECT_EQ(machine_.state("s1"), SlotState::idle);
    ok({"start", "c"});
    EXPECT_TRUE(has_status("running"));
    EXPECT_EQ(machine_.state("s0"), SlotState::running);
    ok({"kill", "c", "TERM"});
    await_status("stopped");
    EXPECT_EQ(machine_.state("s0"), SlotState::exited);
    ok({"delete", "c"});
    EXPECT_EQ(machine_.state("s0"), SlotState::idle);
    EXPECT_TRUE(machine_.is_clean());
}

TEST_F(Slots, ConsoleAndStatusReachTheCaller) {
    const std::string bundle = node_.inmate_bundle("bundle", "exit 7");
    for (unsigned i = 0; i < 2; ++i) {
        const Result result = node_.run({"run", "--bundle", bundle, "c"});
        EXPECT_EQ(result.status, 7) << result.err;
        EXPECT_EQ(result.out, "hello from a slot\n");
        EXPECT_TRUE(machine_.is_clean());
    }
    EXPECT_EQ(machine_.window("s0").status()->runs, 2U);
}

TEST_F(Slots, InputReachesTheGuest) {
    created("c", "echo");
    ok({"start", "c"});
    ok({"kill", "c", "KILL"});
    await_status("stopped");
}

TEST_F(Slots, ACrashIsOne) {
    const std::string bundle = node_.inmate_bundle("bundle", "crash");
    const Result result = node_.run({"run", "--bundle", bundle, "c"});
    EXPECT_NE(result.status, 0);
    EXPECT_EQ(machine_.state("s0"), SlotState::idle);
    EXPECT_TRUE(machine_.is_clean());
}

TEST_F(Slots, EachHasItsOwnUntilThereIsNone) {
    created("c", "spin");
    created("d", "echo");
    const std::string why = refused(create("e", "echo"));
    EXPECT_TRUE(says(why, "no slot that fits is free")) << why;
    EXPECT_TRUE(says(why, "partition \\\"c\\\" has it")) << why;
    ok({"delete", "--force", "d"});
    created("e", "echo");
}

TEST_F(Slots, WhatNoSlotHasIsRefusedWithWhatALayoutWouldNeed) {
    std::string why = refused(create("c", "echo", more_than_a_slot));
    EXPECT_TRUE(says(why, "slot \\\"s1\\\" has 2 MiB of memory")) << why;
    EXPECT_TRUE(says(why, "runphi bao layout")) << why;
    why = refused(create("c", "echo", R"("annotations": {"org.runphi.cpus": "2-4"})"));
    EXPECT_NE(why, "");
    EXPECT_TRUE(machine_.is_clean());
    EXPECT_EQ(machine_.state("s0"), SlotState::idle);
}

TEST_F(Slots, AGuestForAnotherAddressIsRefused) {
    const std::string why =
        refused(create("c", "echo", R"("annotations": {"org.runphi.load": "0x50000000"})"));
    EXPECT_NE(why, "");
}

// Nobody can end it: kill says so, the container runs on, and delete sets its slot aside.
TEST_F(Slots, AStuckGuestIsToldAndItsSlotSetAside) {
    node_.configure(settings(R"(, "stop_ms": 200)"));
    created("c", "spin");
    ok({"start", "c"});
    std::string why = refused(node_.run({"kill", "c", "KILL"}));
    EXPECT_TRUE(says(why, "slot \\\"s0\\\" is stuck")) << why;
    EXPECT_TRUE(has_status("running"));
    EXPECT_FALSE(says(node_.run({"board"}).out, "set aside"));
    ok({"delete", "--force", "c"});
    for (const char* command : {"board", "map", "doctor"}) {
        const std::string told = node_.run({command}).out;
        EXPECT_TRUE(says(told, "set aside until the next boot: s0")) << command << ": " << told;
    }
    created("c", "exit 0");
    EXPECT_EQ(machine_.state("s1"), SlotState::loaded);
    why = refused(create("d", "exit 0"));
    EXPECT_TRUE(says(why, "set aside until the next boot: slot \\\"s0\\\" is stuck")) << why;
}

// Its promise is all that tells: without one nobody knows.
TEST_F(Slots, ALostGuestIsAFailure) {
    node_.configure(settings(R"(, "stop_ms": 200, "lost_ms": 300)"));
    const std::string bundle = node_.inmate_bundle("bundle", "mute");
    const Result result = node_.run({"run", "--bundle", bundle, "c"});
    EXPECT_NE(result.status, 0);
    EXPECT_EQ(result.out, "hello from a slot\n");
    created("d", "exit 0");
    const std::string why = refused(create("e", "exit 0"));
    EXPECT_TRUE(says(why, "slot \\\"s0\\\": set aside until the next boot")) << why;
}

TEST_F(Slots, AGuestThatSpoilsItsWindowLosesItsSlot) {
    node_.configure(settings(R"(, "stop_ms": 200, "timeout_ms": 300)"));
    created("c", "spin");
    ok({"start", "c"});
    machine_.spoil("s0");
    await_status("stopped");
    ok({"delete", "--force", "c"});
    created("c", "exit 0");
    EXPECT_EQ(machine_.state("s1"), SlotState::loaded);
}

TEST_F(Slots, AStubThatDoesNotAnswerIsPassedBy) {
    node_.configure(settings(R"(, "answer_ms": 50, "timeout_ms": 300)"));
    auto window = machine_.window("s0");
    machine_.slot("s0").set_deaf(true);
    window.ask_to_stop();
    created("c", "echo");
    EXPECT_EQ(machine_.state("s1"), SlotState::loaded);
    machine_.slot("s0").set_deaf(false);
}

TEST_F(Slots, TheBackendHoldsTheContract) {
    const Result checked =
        run_program({build_dir() + "/bin/runphi-plugin-check", "--inmate",
                     folder_.write("inmate", "echo"), "--memory", "1048576", "--settings",
                     machine_.settings(), node_.dir() + "/backends/bao/runphi-backend-bao.so"});
    EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
}

}  // namespace
}  // namespace phi::test
