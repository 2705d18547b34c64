// SPDX-License-Identifier: Apache-2.0
// `exec --detach`: the host process that stands for one in the guest.
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "core/monitor/control.hpp"
#include "exec_node.hpp"
#include "support/fd_listener.hpp"

namespace phi::test {
namespace {

class ExecDetached : public ExecNode {
  protected:
    // As an engine's shim: what is orphaned below us becomes our child.
    ExecDetached() { ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
    ~ExecDetached() override { ::prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0); }

    std::string pid_file() const { return node_.dir() + "/exec.pid"; }
    pid_t pid() const { return static_cast<pid_t>(parse_u64(read_text(pid_file())).value_or(0)); }
    int detached(std::vector<std::string> words) {
        words.insert(words.begin(), {"--detach", "--pid-file", pid_file()});
        return wait(exec_in_background(words).id.pid);
    }
};

TEST_F(ExecDetached, ReturnsWhenItRunsAndItsPidEndsWithItsStatus) {
    start();
    ASSERT_EQ(detached({"c", "trap"}), 0) << output();
    ASSERT_NE(pid(), 0);
    ASSERT_TRUE(await_output("ready\n"));
    ::kill(pid(), SIGUSR2);
    EXPECT_EQ(wait(pid()), 0);
    EXPECT_EQ(output(), "ready\nsignal 12\n");
    ASSERT_EQ(detached({"c", "exit", "9"}), 0);
    EXPECT_EQ(wait(pid()), 9);
}

TEST_F(ExecDetached, KillOfItsPidKillsTheProcessInTheGuest) {
    start();
    for (int i = 0; i < 2 * RUNPHI_AGENT_SESSIONS_MAX; ++i) {
        ASSERT_EQ(detached({"c", "sleep"}), 0) << i << output();
        ::kill(pid(), SIGKILL);
        ASSERT_EQ(wait(pid()), 137);
    }
}

TEST_F(ExecDetached, TellsAtOnceThatItCannotRun) {
    start();
    EXPECT_EQ(detached({"c", "no-such-program"}), 255);
    EXPECT_NE(output().find("executable file not found in $PATH"), std::string::npos);
    EXPECT_EQ(read_text(pid_file()), "");
}

TEST_F(ExecDetached, HoldsNothingOfTheCallersButTheStdio) {
    start();
    const UniqueFd leaked = memory_file("leaked-by-the-engine", "");
    const Spawned exec =
        spawn({node_.command({"exec", "--detach", "--pid-file", pid_file(), "c", "sleep"}),
               node_.environment(),
               {{leaked.get(), 9}}});
    ASSERT_EQ(wait(exec.id.pid), 0);
    for (const auto& fd : std::filesystem::directory_iterator(text("/proc/", pid(), "/fd"))) {
        EXPECT_EQ(std::filesystem::read_symlink(fd.path()).string().find("leaked"),
                  std::string::npos);
    }
    ::kill(pid(), SIGKILL);
    EXPECT_EQ(wait(pid()), 137);
}

TEST_F(ExecDetached, SendsATerminalWhoseSizeIsFollowed) {
    start();
    const FdListener listener(node_.dir() + "/tty.sock");
    ASSERT_EQ(detached({"--tty", "--console-socket", listener.path(), "c", "size"}), 0) << output();
    const UniqueFd terminal = listener.receive();
    std::string seen;
    const auto read_until = [&](const std::string& wanted) {
        return Sandbox::eventually([&] {
            pollfd ready{terminal.get(), POLLIN, 0};
            char bytes[256];
            if (::poll(&ready, 1, 100) <= 0) return false;
            const ssize_t got = ::read(terminal.get(), bytes, sizeof bytes);
            if (got > 0) seen.append(bytes, static_cast<std::size_t>(got));
            return seen.find(wanted) != std::string::npos;
        });
    };
    ASSERT_TRUE(read_until("ready\n")) << seen;
    winsize size{};
    size.ws_row = 44;
    size.ws_col = 120;
    ASSERT_EQ(::ioctl(terminal.get(), TIOCSWINSZ, &size), 0);
    EXPECT_TRUE(read_until("44 120\n")) << seen;
    EXPECT_EQ(wait(pid()), 0);
    EXPECT_EQ(output(), "") << "its stdio was not the process's";
}

TEST_F(ExecDetached, ThePidfdSocketIsSentAPidfdOfIt) {
    start();
    const FdListener listener(node_.dir() + "/pidfd.sock");
    ASSERT_EQ(detached({"--pidfd-socket", listener.path(), "c", "sleep"}), 0) << output();
    const UniqueFd pidfd = listener.receive();
    const std::string info = read_text(text("/proc/self/fdinfo/", pidfd.get()));
    EXPECT_NE(info.find(text("\nPid:\t", pid(), "\n")), std::string::npos) << info;
    ::kill(pid(), SIGKILL);
    EXPECT_EQ(wait(pid()), 137);
}

TEST_F(ExecDetached, ThePidfdSocketMustBeThere) {
    start();
    EXPECT_EQ(detached({"--pidfd-socket", "/nonexistent/s", "c", "sleep"}), 255);
    EXPECT_NE(output().find("dial unix /nonexistent/s: no such file or directory"),
              std::string::npos)
        << output();
    EXPECT_EQ(read_text(pid_file()), "");
}

TEST_F(ExecDetached, LivesInTheContainersCgroup) {
    const std::string group = node_.cgroup();
    start("spin\n", ", \"linux\": {\"cgroupsPath\": \"" + group + "\"}");
    ASSERT_EQ(detached({"c", "sleep"}), 0) << output();
    EXPECT_NE(read_text(text("/proc/", pid(), "/cgroup")).find(group), std::string::npos);
    ::kill(pid(), SIGKILL);
    EXPECT_EQ(wait(pid()), 137);
}

TEST_F(ExecDetached, TheControlSocketTellsTheGuestsFigures) {
    start();
    const UniqueFd dir = open_directory(node_.state_dir() + "/c");
    EXPECT_EQ(monitor::guest_statistics(dir.get()), "memory_total 1048576\nprocesses 1\n");
    struct stat info {};
    ASSERT_EQ(::fstatat(dir.get(), monitor::control_socket, &info, 0), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

}  // namespace
}  // namespace phi::test
