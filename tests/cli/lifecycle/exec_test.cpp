// SPDX-License-Identifier: Apache-2.0
// `exec` in the foreground, and what it refuses.
#include "exec_node.hpp"
#include "support/fd_listener.hpp"

namespace phi::test {
namespace {

using Exec = ExecNode;

TEST_F(Exec, PassesStdioAndStatus) {
    start();
    const Result printed = exec({"c", "print", "hello"});
    EXPECT_EQ(printed.status, 0) << printed.err;
    EXPECT_EQ(printed.out, "hello\n");
    EXPECT_EQ(printed.err, "");
    EXPECT_EQ(exec({"c", "complain", "oh"}).err, "oh\n");
    EXPECT_EQ(exec({"c", "exit", "7"}).status, 7);
    EXPECT_EQ(exec({"c", "cat"}, "from the caller").out, "from the caller");
}

TEST_F(Exec, CarriesMuchBothWays) {
    start();
    std::string much;
    while (much.size() < (3U << 20)) much += text("line ", much.size(), " of the input\n");
    const Result copied = exec({"c", "cat"}, much);
    EXPECT_EQ(copied.status, 0) << copied.err;
    EXPECT_EQ(copied.out.size(), much.size());
    EXPECT_TRUE(copied.out == much);
}

TEST_F(Exec, TakesTheContainersProcessAndWhatTheFlagsChange) {
    start();
    const std::string plain = exec({"c", "show"}).out;
    EXPECT_NE(plain.find("\ncwd=/work\nuid=5\ngid=6\n"), std::string::npos) << plain;
    EXPECT_NE(plain.find("env=PATH=/bin\n"), std::string::npos) << plain;
    EXPECT_NE(plain.find("terminal=0\n"), std::string::npos) << plain;
    const std::string changed = exec({"--cwd", "/tmp", "-e", "A=b", "-e", "C=d", "-u", "7:8", "-g",
                                      "9", "--no-new-privs", "c", "show", "-e"})
                                    .out;
    EXPECT_NE(changed.find("arg=show\narg=-e\n"), std::string::npos) << changed;
    EXPECT_NE(changed.find("cwd=/tmp\nuid=7\ngid=8\ngroup=9\n"), std::string::npos) << changed;
    EXPECT_NE(changed.find("env=PATH=/bin\nenv=A=b\nenv=C=d\n"), std::string::npos) << changed;
    EXPECT_NE(changed.find("nnp=1\n"), std::string::npos) << changed;
}

TEST_F(Exec, TakesAWholeProcessFromAFile) {
    start();
    const std::string file = node_.dir() + "/process.json";
    write_text(file,
               "{\"args\": [\"show\"], \"cwd\": \"/\", \"env\": [\"X=y\"], \"user\": "
               "{\"uid\": 1, \"gid\": 2}}");
    const Result shown = exec({"--process", file, "c"});
    EXPECT_EQ(shown.status, 0) << shown.err;
    EXPECT_NE(shown.out.find("env=X=y\ncwd=/\nuid=1\ngid=2\n"), std::string::npos) << shown.out;
    write_text(file, "{\"args\": [], \"cwd\": \"/\"}");
    EXPECT_EQ(exec({"--process", file, "c"}).status, 255);
}

TEST_F(Exec, ThePidfdSocketIsSentAPidfdOfTheCaller) {
    start();
    const FdListener listener(node_.dir() + "/pidfd.sock");
    const Spawned trapped = exec_in_background({"--pidfd-socket", listener.path(), "c", "trap"});
    const UniqueFd pidfd = listener.receive();
    EXPECT_NE(read_text(text("/proc/self/fdinfo/", pidfd.get()))
                  .find(text("\nPid:\t", trapped.id.pid, "\n")),
              std::string::npos);
    ASSERT_TRUE(await_output("ready\n"));
    ASSERT_TRUE(send_signal(trapped.id, SIGUSR1));
    EXPECT_EQ(wait(trapped.id.pid), 0);
}

TEST_F(Exec, HandsItsSignalsOn) {
    start();
    const Spawned trapped = exec_in_background({"c", "trap"});
    ASSERT_TRUE(await_output("ready\n"));
    ASSERT_TRUE(send_signal(trapped.id, SIGUSR1));
    EXPECT_EQ(wait(trapped.id.pid), 0);
    EXPECT_EQ(output(), "ready\nsignal 10\n");
    const Spawned killed = exec_in_background({"c", "sleep"});
    ASSERT_TRUE(send_signal(killed.id, SIGTERM));
    EXPECT_EQ(wait(killed.id.pid), 143);
}

TEST_F(Exec, ManyAtOnceDoNotWaitForASlowOne) {
    start();
    int unread[2];
    ASSERT_EQ(::pipe2(unread, O_CLOEXEC), 0);
    const Spawned slow = spawn(
        {node_.command({"exec", "c", "flood", "4096"}), node_.environment(), {{unread[1], 1}}});
    ::close(unread[1]);
    std::vector<Spawned> others;
    for (int i = 0; i < 10; ++i) {
        others.push_back(
            spawn({node_.command({"exec", "c", "exit", text(20 + i)}), node_.environment(), {}}));
    }
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(wait(others[static_cast<std::size_t>(i)].id.pid), 20 + i);
    // Its reader goes, and it with it.
    ::close(unread[0]);
    EXPECT_EQ(wait(slow.id.pid), 0);
}

TEST_F(Exec, TheEndOfTheContainerEndsIt) {
    start();
    const Spawned sleeping = exec_in_background({"c", "trap"});
    ASSERT_TRUE(await_output("ready\n"));
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
    EXPECT_EQ(wait(sleeping.id.pid), 137);
}

TEST_F(Exec, MoreThanThereCanBeAreRefused) {
    start();
    std::vector<Spawned> all;
    for (int i = 0; i < RUNPHI_AGENT_SESSIONS_MAX; ++i) {
        all.push_back(
            spawn({node_.command({"exec", "--detach", "c", "sleep"}), node_.environment(), {}}));
        ASSERT_EQ(wait(all.back().id.pid), 0);
    }
    const Result beyond = exec({"c", "print", "x"});
    EXPECT_EQ(beyond.status, 255);
    EXPECT_NE(beyond.err.find("64 sessions in the container already"), std::string::npos)
        << beyond.err;
}

// ---- what is refused

TEST_F(Exec, SaysLikeRuncWhyThereIsNoProcess) {
    start();
    const Result missing = exec({"c", "no-such-program"});
    EXPECT_EQ(missing.status, 255);
    EXPECT_NE(missing.err.find("exec failed: unable to start container process: exec: "
                               "\\\"no-such-program\\\": executable file not found in $PATH"),
              std::string::npos)
        << missing.err;
    EXPECT_EQ(exec({"c"}).status, 255);
    EXPECT_NE(exec({"nobody", "x"}).err.find("container does not exist"), std::string::npos);
    EXPECT_EQ(exec({"nobody", "x"}).status, 255);
}

TEST_F(Exec, NeedsARunningContainer) {
    create("spin\n");
    const Result early = exec({"c", "print", "x"});
    EXPECT_EQ(early.status, 255);
    EXPECT_NE(early.err.find("exec failed: cannot exec in a container whose guest has not been "
                             "started"),
              std::string::npos)
        << early.err;
    ASSERT_EQ(node_.run({"start", "c"}).status, 0);
    ASSERT_EQ(node_.run({"pause", "c"}).status, 0);
    const Result paused = exec({"c", "print", "x"});
    EXPECT_EQ(paused.status, 255);
    EXPECT_NE(paused.err.find("exec failed: cannot exec in a paused container (use "
                              "--ignore-paused to override)"),
              std::string::npos)
        << paused.err;
    ASSERT_EQ(node_.run({"resume", "c"}).status, 0);
    EXPECT_EQ(exec({"c", "print", "x"}).status, 0);
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
    ASSERT_TRUE(Sandbox::eventually([this] {
        return node_.run({"state", "c"}).out.find("\"stopped\"") != std::string::npos;
    }));
    const Result stopped = exec({"c", "print", "x"});
    EXPECT_EQ(stopped.status, 255);
    EXPECT_NE(stopped.err.find("exec failed: cannot exec in a stopped container"),
              std::string::npos)
        << stopped.err;
}

TEST_F(Exec, OfAnInmateIsRefusedAtOnce) {
    const std::string bundle = node_.inmate_bundle("inmate", "spin\n");
    ASSERT_EQ(node_.run({"create", "--bundle", bundle, "c"}).status, 0);
    ASSERT_EQ(node_.run({"start", "c"}).status, 0);
    const Result refused = exec({"c", "print", "x"});
    EXPECT_EQ(refused.status, 255);
    EXPECT_NE(refused.err.find("exec failed: the container runs an inmate, which has no processes"),
              std::string::npos)
        << refused.err;
}

TEST_F(Exec, RefusesWhatAPartitionCannotDo) {
    start();
    EXPECT_NE(exec({"--preserve-fds", "2", "c", "print", "x"}).err.find("--preserve-fds 2"),
              std::string::npos);
    EXPECT_NE(exec({"--apparmor", "p", "c", "print", "x"}).err.find("apparmor not supported"),
              std::string::npos);
    EXPECT_NE(exec({"-d", "-t", "c", "print", "x"}).err.find("without setting console socket"),
              std::string::npos);
    EXPECT_EQ(exec({"--process-label", "l", "--preserve-fds", "0", "c", "print", "x"}).status, 0);
}

// ---- guests that do not keep to the protocol

TEST_F(Exec, AGuestThatSendsTooMuchLosesTheSession) {
    start("betray overrun\nspin\n");
    EXPECT_NE(exec({"c", "sleep"}).status, 0);
    EXPECT_NE(node_.run({"state", "c"}).out.find("\"running\""), std::string::npos);
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
}

TEST_F(Exec, FramesOfStrangersChangeNothing) {
    start("betray strangers\nspin\n");
    const Result printed = exec({"c", "print", "mine"});
    EXPECT_EQ(printed.status, 0) << printed.err;
    EXPECT_EQ(printed.out, "mine\n");
}

TEST_F(Exec, NonsenseIsNotBelieved) {
    start("betray nonsense\nspin\n");
    const Result printed = exec({"c", "print", "x"});
    EXPECT_EQ(printed.status, 255);
    EXPECT_NE(printed.err.find("does not keep to the agent protocol"), std::string::npos)
        << printed.err;
}

TEST_F(Exec, TheFirstEndCounts) {
    start("betray double\nspin\n");
    EXPECT_EQ(exec({"c", "sleep"}).status, 3);
}

TEST_F(Exec, AGuestThatGivesNoCreditHoldsNobodyElseUp) {
    start("betray stingy\nspin\n");
    const UniqueFd much = memory_file("input", std::string(1U << 20, 'x'));
    const Spawned stuck = exec_in_background({"c", "cat"}, much.get());
    ASSERT_TRUE(await_output("xxxx"));
    EXPECT_EQ(exec({"c", "print", "free"}).out, "free\n");
    ASSERT_TRUE(send_signal(stuck.id, SIGKILL));
    EXPECT_EQ(wait(stuck.id.pid), 137);
}

TEST_F(Exec, ASilentGuestIsLeftWhenTheCallerGoes) {
    start("betray silent\nspin\n");
    const Spawned waiting = exec_in_background({"c", "cat"});
    ASSERT_TRUE(send_signal(waiting.id, SIGKILL));
    EXPECT_EQ(wait(waiting.id.pid), 137);
    EXPECT_NE(node_.run({"state", "c"}).out.find("\"running\""), std::string::npos);
}

}  // namespace
}  // namespace phi::test
