// SPDX-License-Identifier: Apache-2.0
// Containers that are booted with the machine, by the command line and the real plugin: what is put
// on the boot medium, and what is told of it before and after the next boot.
#include <filesystem>

#include "cli/bao/node.hpp"
#include "plugins/bao/guest/staged_image.hpp"

namespace phi::test {
namespace {

// More than the slots have.
constexpr const char* large = R"("linux": {"resources": {"memory": {"limit": 4194304}}})";

class Staged : public Slots {
  protected:
    ~Staged() override {
        for (const char* id : {"c", "d", "e"}) node_.run({"delete", "--force", id});
        EXPECT_TRUE(machine_.medium_is_idle());
    }
    // The machine has been off: what /run had is gone.
    static bool deletes(const Sandbox& node) {
        return node.run({"delete", "--force", "c"}).status == 0;
    }
    static Result create_on(const Sandbox& node, const std::string& script) {
        return node.run({"create", "--bundle", node.inmate_bundle("b", script, large), "c"});
    }
};

TEST_F(Staged, IsOnTheMediumUntilItIsDeleted) {
    created("c", "exit 0", large);
    EXPECT_TRUE(has_status("created"));
    EXPECT_EQ(machine_.on_medium("g0.bin"), "exit 0");
    EXPECT_NE(machine_.on_medium("g0.bin.runphi"), "");
    EXPECT_EQ(machine_.state("s0"), SlotState::idle);
    const std::string why = refused(node_.run({"start", "c"}));
    EXPECT_TRUE(says(why, "its image is staged, and runs from the next boot on")) << why;
    EXPECT_TRUE(has_status("created"));
    ok({"delete", "--force", "c"});
    EXPECT_TRUE(machine_.medium_is_idle());
}

TEST_F(Staged, RunsAfterTheNextBoot) {
    created("c", "exit 0", large);
    machine_.boot();
    const Sandbox after("bao", settings(R"(, "stop_ms": 200)"));
    const Result made = create_on(after, "exit 0");
    ASSERT_EQ(made.status, 0) << made.err;
    const Result started = after.run({"start", "c"});
    EXPECT_EQ(started.status, 0) << started.err;
    EXPECT_TRUE(says(after.run({"state", "c"}).out, "\"running\""));
    std::string why = refused(after.run({"kill", "c", "KILL"}));
    EXPECT_TRUE(says(why, "guest \\\"g0\\\" runs from the machine's boot until it is off")) << why;
    EXPECT_TRUE(says(after.run({"state", "c"}).out, "\"running\""));
    EXPECT_EQ(machine_.on_medium("g0.bin"), "exit 0") << "it is there for the boot after this one";
    EXPECT_TRUE(deletes(after));
    EXPECT_TRUE(machine_.medium_is_idle());
}

// What the machine was booted with is another image's: it is no running container.
TEST_F(Staged, AStaleImageIsReplaced) {
    created("c", "exit 0", large);
    machine_.boot();
    const Sandbox after("bao", settings());
    const Result made = create_on(after, "exit 1");
    ASSERT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(machine_.on_medium("g0.bin"), "exit 1");
    const std::string why = refused(after.run({"start", "c"}));
    EXPECT_TRUE(says(why, "runs from the next boot on")) << why;
    EXPECT_TRUE(deletes(after));
}

TEST_F(Staged, AKillBeforeTheBootIsAnEnd) {
    created("c", "exit 0", large);
    ok({"kill", "c", "KILL"});
    await_status("stopped");
    ok({"delete", "c"});
    EXPECT_TRUE(machine_.medium_is_idle());
}

TEST_F(Staged, ARunThatCannotBeginLeavesNothing) {
    const Result result =
        node_.run({"run", "--bundle", node_.inmate_bundle("bundle", "exit 0", large), "c"});
    EXPECT_NE(result.status, 0);
    EXPECT_TRUE(says(result.err, "runs from the next boot on")) << result.err;
    EXPECT_TRUE(machine_.medium_is_idle());
}

TEST_F(Staged, EachGuestIsOnes) {
    created("c", "exit 0", large);
    const std::string why = refused(create("d", "exit 1", large));
    EXPECT_TRUE(says(why, "no guest that fits is free")) << why;
    EXPECT_TRUE(says(why, "partition \\\"c\\\" has it")) << why;
    EXPECT_EQ(machine_.on_medium("g0.bin"), "exit 0");
}

TEST_F(Staged, WhatIsNotOursIsNotReplaced) {
    machine_.put_on_medium("g0.bin", "somebody's");
    std::string why = refused(create("c", "exit 0", large));
    EXPECT_TRUE(says(why, "somebody else has put it there")) << why;
    EXPECT_EQ(machine_.on_medium("g0.bin"), "somebody's");
    EXPECT_EQ(machine_.on_medium("g0.bin.runphi"), "");
    std::filesystem::remove(machine_.medium() + "/g0.bin");
    why = refused(create("c", "exit 0", large));
    EXPECT_TRUE(says(why, "is the boot medium mounted?")) << why;
    EXPECT_TRUE(std::filesystem::is_empty(machine_.medium()));
    machine_.put_on_medium("g0.bin", runphi::bao::idle_image(0));
}

TEST_F(Staged, WithoutAMediumItIsRefused) {
    node_.configure(settings(R"(, "boot_medium": "/nowhere/at/all")"));
    const std::string why = refused(create("c", "exit 0", large));
    EXPECT_NE(why, "");
    EXPECT_TRUE(machine_.medium_is_idle());
}

TEST_F(Staged, AnImageMustFitTheGuest) {
    const std::string why = refused(create("c", std::string(0x400001, 'x'), large));
    EXPECT_TRUE(says(why, "guest \\\"g0\\\" has memory for it at")) << why;
    EXPECT_TRUE(machine_.medium_is_idle());
}

}  // namespace
}  // namespace phi::test
