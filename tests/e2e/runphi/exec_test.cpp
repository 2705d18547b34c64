// SPDX-License-Identifier: Apache-2.0
// exec in a real Linux guest.
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#include "core/monitor/control.hpp"
#include "linux_guest.hpp"
#include "support/fd_listener.hpp"

namespace phi::test {
namespace {

class ExecLinux : public Linux {
  protected:
    // A container whose process is this script, after it has said "ready".
    void begin(const std::string& script = "echo ready; sleep 1000") {
        container_ = run_in_background(bundle(script));
        await_output("ready\n");
    }
    void TearDown() override {
        if (container_.id.pid == 0) return;
        node_.run({"kill", "c", "KILL"});
        wait(container_);
    }
    Result exec(std::vector<std::string> words, const std::string& input = "") const {
        words.insert(words.begin(), "exec");
        return node_.run(words, input);
    }
    Spawned exec_in_background(std::vector<std::string> words, int output) {
        words.insert(words.begin(), "exec");
        return spawn({node_.command(words), node_.environment(), {{output, 1}, {output, 2}}});
    }

    Spawned container_;
};

TEST_F(ExecLinux, PassesStdioStatusAndTheReasonOfAFailure) {
    begin();
    const Result ran = exec({"c", "sh", "-c", "echo out; echo err >&2; cat; exit 3"}, "in\n");
    EXPECT_EQ(ran.status, 3);
    EXPECT_EQ(ran.out, "out\nin\n");
    EXPECT_EQ(ran.err, "err\n");
    EXPECT_EQ(exec({"c", "sh", "-c", "kill -9 $$"}).status, 137);
    const Result missing = exec({"c", "no-such-program"});
    EXPECT_EQ(missing.status, 255);
    EXPECT_NE(missing.err.find("exec failed: unable to start container process: exec: "
                               "\\\"no-such-program\\\": executable file not found in $PATH"),
              std::string::npos)
        << missing.err;
    EXPECT_EQ(exec({"--cwd", "/nowhere", "c", "true"}).status, 255);
}

TEST_F(ExecLinux, HonoursUserEnvironmentDirectoryAndLimits) {
    begin();
    const Result ran =
        exec({"-u", "1000:1001", "-g", "5", "--cwd", "/work", "-e", "MORE=yes", "--no-new-privs",
              "c", "sh", "-c", "id; pwd; echo $COLOUR $MORE; grep NoNewPrivs /proc/self/status"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("uid=1000 gid=1001 groups=5"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("\n/work\ndeep blue yes\nNoNewPrivs:\t1\n"), std::string::npos)
        << ran.out;
}

TEST_F(ExecLinux, CarriesMuchBothWays) {
    begin();
    std::string much;
    while (much.size() < (2U << 20)) much += text("line ", much.size(), " of the input\n");
    const Result copied = exec({"c", "cat"}, much);
    EXPECT_EQ(copied.status, 0) << copied.err;
    EXPECT_EQ(copied.out.size(), much.size());
    EXPECT_TRUE(copied.out == much) << "bytes were lost or changed";
}

TEST_F(ExecLinux, TenAtOnce) {
    begin();
    std::vector<Spawned> all;
    for (int i = 0; i < 10; ++i) {
        all.push_back(
            exec_in_background({"c", "sh", "-c", text("sleep 1; exit ", 10 + i)}, out_.get()));
    }
    for (int i = 0; i < 10; ++i) EXPECT_EQ(wait(all[static_cast<std::size_t>(i)]), 10 + i);
}

TEST_F(ExecLinux, SignalsReachIt) {
    begin();
    const UniqueFd out(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    const Spawned trapped = exec_in_background(
        {"c", "sh", "-c", "trap 'echo asked; exit 5' TERM; echo up; while :; do sleep 1; done"},
        out.get());
    const auto said = [&] { return read_fd(out.get(), "output"); };
    ASSERT_TRUE(Sandbox::eventually([&] { return said() == "up\n"; }, std::chrono::seconds(120)));
    ASSERT_TRUE(send_signal(trapped.id, SIGTERM));
    EXPECT_EQ(wait(trapped), 5);
    EXPECT_EQ(said(), "up\nasked\n");
}

TEST_F(ExecLinux, EndsWithTheContainer) {
    begin();
    const Spawned sleeping = exec_in_background({"c", "sleep", "1000"}, out_.get());
    ASSERT_EQ(exec({"c", "true"}).status, 0);
    node_.run({"kill", "c", "KILL"});
    EXPECT_EQ(wait(sleeping), 137);
    wait(container_);
    container_.id.pid = 0;
}

TEST_F(ExecLinux, EndsWhenQemuIsKilled) {
    begin();
    const Spawned sleeping = exec_in_background({"c", "sleep", "1000"}, out_.get());
    ASSERT_EQ(exec({"c", "true"}).status, 0);
    const auto machines = children_of(pid_of(node_, "c"));
    ASSERT_FALSE(machines.empty());
    for (const pid_t machine : machines) ::kill(machine, SIGKILL);
    EXPECT_EQ(wait(sleeping), 137);
    EXPECT_EQ(wait(container_), 134) << "a machine that goes without a word has crashed";
    container_.id.pid = 0;
    EXPECT_EQ(exec({"c", "true"}).status, 255);
}

// phi-init's children die at whatever point of their lives; it and the others go on.
TEST_F(ExecLinux, ProcessesThatAreKilledInTheGuestEndTheirSessions) {
    begin(
        "echo ready; while :; do for d in /proc/[0-9]*; do p=${d#/proc/}; "
        "if [ $p != 1 ] && [ $p != $$ ] && grep -q 'PPid:.1$' $d/status 2>/dev/null; "
        "then kill -9 $p; fi; done; done");
    std::vector<Spawned> all;
    for (int i = 0; i < 12; ++i) {
        all.push_back(exec_in_background({"c", "sleep", "1000"}, out_.get()));
    }
    for (const auto& one : all) EXPECT_EQ(wait(one), 137);
    EXPECT_TRUE(has_status("running"));
    const UniqueFd dir = open_directory(node_.state_dir() + "/c");
    EXPECT_NE(monitor::guest_statistics(dir.get()).find("processes "), std::string::npos);
}

TEST_F(ExecLinux, HasATerminalWhoseSizeIsFollowed) {
    begin();
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    const FdListener listener(node_.dir() + "/tty.sock");
    const std::string pid_file = node_.dir() + "/exec.pid";
    const Result ran =
        exec({"-d", "--tty", "--console-socket", listener.path(), "--pid-file", pid_file, "c", "sh",
              "-c",
              "trap 'stty size; exit 4' WINCH; test -t 0 && echo a terminal; while :; do sleep "
              "1; done"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const UniqueFd terminal = listener.receive();
    std::string seen;
    const auto read_until = [&](const std::string& wanted) {
        return Sandbox::eventually(
            [&] {
                pollfd ready{terminal.get(), POLLIN, 0};
                char bytes[256];
                if (::poll(&ready, 1, 100) <= 0) return false;
                const ssize_t got = ::read(terminal.get(), bytes, sizeof bytes);
                if (got > 0) seen.append(bytes, static_cast<std::size_t>(got));
                return seen.find(wanted) != std::string::npos;
            },
            std::chrono::seconds(60));
    };
    ASSERT_TRUE(read_until("a terminal")) << seen;
    winsize size{};
    size.ws_row = 44;
    size.ws_col = 120;
    ASSERT_EQ(::ioctl(terminal.get(), TIOCSWINSZ, &size), 0);
    EXPECT_TRUE(read_until("44 120")) << seen;
    int status = 0;
    const auto pid = static_cast<pid_t>(parse_u64(read_text(pid_file)).value_or(0));
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_EQ(WEXITSTATUS(status), 4);
    ::prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

TEST_F(ExecLinux, TheGuestTellsItsFigures) {
    begin();
    const UniqueFd dir = open_directory(node_.state_dir() + "/c");
    const std::string figures = monitor::guest_statistics(dir.get());
    for (const char* name :
         {"memory_total ", "memory_available ", "load_1 ", "processes ", "uptime "}) {
        EXPECT_NE(figures.find(name), std::string::npos) << figures;
    }
}

}  // namespace
}  // namespace phi::test
