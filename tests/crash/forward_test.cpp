// SPDX-License-Identifier: Apache-2.0
// What is not ours is handed over before anything else happens: seen at the system calls.
#include <gtest/gtest.h>

#include <filesystem>

#include "effect_tracer.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

// The first effect is that our program is executed, the second must be that runc is.
TEST(Handover, HasNoEffectBeforeIt) {
    Sandbox node("fake", std::string("\"runc\": \"") + ECHO_PROCESS + "\"");
    const std::string bundle =
        node.bundle("plain", R"({"ociVersion": "1.0.2", "root": {"path": "rootfs"},
            "process": {"cwd": "/", "args": ["sh"]}})");
    const std::string log = node.dir() + "/log";
    const std::vector<std::vector<std::string>> lines = {
        {"--log", log, "--log-format", "json", "--debug", "create", "--bundle", bundle, "x"},
        {"--log", log, "run", "--bundle", bundle, "x"},
        {"--log", log, "state", "x"},
        {"--log", log, "delete", "--force", "x"},
        {"--log", log, "exec", "x", "sh"},
        {"--log", log, "ps", "--format", "json", "x"},
        {"--log", log, "update", "-r", "-", "x"},
        {"--log", log, "some-new-command"},
        {"--some-new-option", "state", "x"},
    };
    auto environment = node.environment();
    environment.emplace_back("RUNPHI_DEBUG_LEVEL=trace");
    for (const auto& words : lines) {
        const Trace cut = trace_effects(node.command(words), environment,
                                        {Victim::command, 1, node.dir() + "/output"});
        EXPECT_TRUE(cut.killed) << words.back();
        EXPECT_EQ(cut.last, "execve") << words.back();
        // And it is runc that was executed: what follows is the stand-in's own.
        const Trace next = trace_effects(node.command(words), environment,
                                         {Victim::command, 2, node.dir() + "/output"});
        EXPECT_NE(next.last, "execve") << words.back();
        const Trace whole = trace_effects(node.command(words), environment,
                                          {Victim::command, {}, node.dir() + "/output"});
        EXPECT_EQ(whole.status, 42) << words.back();
    }
    EXPECT_FALSE(std::filesystem::exists(log));
    EXPECT_FALSE(std::filesystem::exists(node.state_dir()));
    EXPECT_FALSE(std::filesystem::exists(node.dir() + "/runphi.log"));
}

}  // namespace
}  // namespace phi::test
