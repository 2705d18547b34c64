// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "core/base/error.hpp"
#include "core/base/process.hpp"
#include "core/log/log.hpp"
#include "core/oci/hook_process.hpp"
#include "core/oci/hooks.hpp"
#include "folder.hpp"

namespace phi::oci {
namespace {

Hook shell(const std::string& script) {
    Hook hook;
    hook.path = "/bin/sh";
    hook.args = {"sh", "-c", script};
    hook.env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
    return hook;
}

class Hooks : public testing::Test {
  protected:
    test::Folder bundle;

    HookOutcome outcome(const Hook& hook, const std::string& state = "{}") {
        return run_hook_process(hook, state, bundle.fd());
    }
    void run(const std::vector<Hook>& hooks, HookFailure on_failure = HookFailure::stop) {
        run_hooks(hooks, {"prestart", "{\"id\":\"x\"}", bundle.fd(), on_failure});
    }
    std::string refusal(const std::vector<Hook>& hooks) {
        try {
            run(hooks);
        } catch (const Error& error) {
            return error.message();
        }
        return "(fine)";
    }
    // The process whose pid a hook wrote into a file of the bundle.
    pid_t noted(const std::string& name) const { return std::stoi(bundle.read(name)); }
};

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator entries("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

bool ends(pid_t pid) {
    for (int round = 0; round < 1000; ++round) {
        if (!start_time_of(pid)) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

TEST_F(Hooks, ReadTheStateInTheBundle) {
    run({shell("cat > got; cat /dev/stdin > again")});
    EXPECT_EQ(bundle.read("got"), "{\"id\":\"x\"}");
    EXPECT_EQ(bundle.read("again"), "{\"id\":\"x\"}");
}

TEST_F(Hooks, EachReadsTheStateFromItsStart) {
    run({shell("cat > first"), shell("cat > second")});
    EXPECT_EQ(bundle.read("first"), bundle.read("second"));
    EXPECT_EQ(bundle.read("second"), "{\"id\":\"x\"}");
}

TEST_F(Hooks, HaveTheArgumentsAndEnvironmentThatAreGiven) {
    Hook hook;
    hook.path = "/bin/sh";
    hook.args = {"another-name", "-c", "tr '\\0' ' ' < /proc/$$/cmdline; true"};
    hook.env = {"PATH=/usr/bin:/bin"};
    EXPECT_EQ(outcome(hook).out.substr(0, 16), "another-name -c ");
    Hook env;
    env.path = "/usr/bin/env";
    env.env = {"A=1", "B=two words"};
    EXPECT_EQ(outcome(env).out, "A=1\nB=two words\n");
    env.env.clear();
    EXPECT_EQ(outcome(env).out, "");
}

TEST_F(Hooks, InheritNoDescriptor) {
    const int leaked = ::fcntl(bundle.fd(), F_DUPFD, 100);  // without close-on-exec
    const HookOutcome listed = outcome(shell("ls /proc/$$/fd"));
    ::close(leaked);
    EXPECT_EQ(listed.wait_status, 0);
    EXPECT_EQ(listed.out.find("100"), std::string::npos) << listed.out;
    EXPECT_EQ(listed.out.substr(0, 6), "0\n1\n2\n");
}

TEST_F(Hooks, LeaveNoDescriptorOpen) {
    const auto before = open_descriptors();
    for (int i = 0; i < 5; ++i) refusal({shell("exit 1")});
    refusal({Hook{"/no/such", {}, {}, {}}});
    EXPECT_EQ(open_descriptors(), before);
}

TEST_F(Hooks, FailureIsToldInRuncsWords) {
    EXPECT_EQ(refusal({shell("true"), shell("echo out; echo err >&2; exit 3")}),
              "error running hook #1: error running hook: exit status 3, stdout: out\n, stderr: "
              "err\n");
    EXPECT_EQ(refusal({shell("exit 1")}),
              "error running hook #0: error running hook: exit status 1, stdout: , stderr: ");
    EXPECT_EQ(refusal({shell("kill -9 $$")}),
              "error running hook #0: error running hook: signal: killed, stdout: , stderr: ");
    EXPECT_EQ(refusal({Hook{"/no/such", {}, {}, {}}}),
              "error running hook #0: fork/exec /no/such: no such file or directory");
    EXPECT_EQ(refusal({Hook{"/etc/passwd", {}, {}, {}}}),
              "error running hook #0: fork/exec /etc/passwd: permission denied");
}

TEST_F(Hooks, FailureNamesTheHookInItsHint) {
    try {
        run({shell("exit 1")});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.hint(), "it is /bin/sh of hooks.prestart");
    }
}

TEST_F(Hooks, FailureStopsTheList) {
    EXPECT_NE(refusal({shell("touch first; exit 1"), shell("touch second")}), "(fine)");
    EXPECT_TRUE(std::filesystem::exists(bundle.path("first")));
    EXPECT_FALSE(std::filesystem::exists(bundle.path("second")));
}

TEST_F(Hooks, FailureIsAWarningWhereTheCallerSaysSo) {
    log::Options options;
    options.file = bundle.path("log");
    options.debug = true;
    log::configure(options);
    run({shell("exit 7"), shell("touch second")}, HookFailure::warn);
    log::configure({});
    EXPECT_TRUE(std::filesystem::exists(bundle.path("second")));
    const std::string line = bundle.read("log");
    EXPECT_NE(line.find("level=warning"), std::string::npos) << line;
    EXPECT_NE(line.find("prestart hook /bin/sh: error running hook #0"), std::string::npos) << line;
    EXPECT_NE(line.find("exit status 7"), std::string::npos) << line;
}

TEST_F(Hooks, NoneIsFine) {
    EXPECT_EQ(refusal({}), "(fine)");
}

TEST_F(Hooks, TimeOutKillsTheHookAndItsChildren) {
    Hook hook = shell("sleep 1000 & echo $! > child; echo $$ > hook; sleep 1000");
    hook.timeout_s = 1;
    EXPECT_EQ(refusal({hook}), "error running hook #0: hook ran past specified timeout of 1.0s");
    EXPECT_TRUE(ends(noted("child")));
    EXPECT_TRUE(ends(noted("hook")));
}

TEST_F(Hooks, TimeOutHoldsAgainstAFlood) {
    Hook hook = shell("trap '' TERM PIPE; while :; do echo flood; done");
    hook.timeout_s = 1;
    EXPECT_EQ(refusal({hook}), "error running hook #0: hook ran past specified timeout of 1.0s");
}

TEST_F(Hooks, InTimeIsFine) {
    Hook hook = shell("exit 0");
    hook.timeout_s = 2147483647;
    EXPECT_EQ(refusal({hook}), "(fine)");
}

TEST_F(Hooks, FloodIsReadAndCut) {
    const HookOutcome flooded =
        outcome(shell("head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2; exit 3"));
    EXPECT_EQ(WEXITSTATUS(flooded.wait_status), 3);
    EXPECT_EQ(flooded.out, std::string(hook_output_max, '\0'));
    EXPECT_EQ(flooded.err, std::string(hook_output_max, '\0'));
}

TEST_F(Hooks, OutputThatIsNoTextIsEscaped) {
    const std::string message = refusal({shell("printf 'a\\000b'; printf '\\377' >&2; exit 1")});
    EXPECT_EQ(message.find('\0'), std::string::npos);
    EXPECT_NE(message.find("stdout: \"a\\x00b\""), std::string::npos) << message;
}

TEST_F(Hooks, IgnoringStdinIsFine) {
    const std::string state(4U << 20, 'x');
    EXPECT_EQ(outcome(shell("exec <&-; exit 0"), state).wait_status, 0);
    EXPECT_EQ(outcome(shell("exit 0"), state).wait_status, 0);
    EXPECT_EQ(outcome(shell("wc -c"), state).out, "4194304\n");
}

TEST_F(Hooks, ClosingItsStreamsIsFine) {
    EXPECT_EQ(refusal({shell("exec >&- 2>&-; cat > got")}), "(fine)");
    EXPECT_EQ(bundle.read("got"), "{\"id\":\"x\"}");
}

// A daemon that a hook starts keeps its streams open; the hook has ended all the same.
TEST_F(Hooks, WhatItLeavesInTheBackgroundIsNotWaitedFor) {
    EXPECT_EQ(refusal({shell("sleep 1000 & echo $! > child")}), "(fine)");
    const pid_t child = noted("child");
    EXPECT_TRUE(start_time_of(child));
    ::kill(child, SIGKILL);
}

TEST_F(Hooks, AreReaped) {
    run({shell("echo $$ > hook")});
    EXPECT_EQ(::kill(noted("hook"), 0), -1);
}

}  // namespace
}  // namespace phi::oci
