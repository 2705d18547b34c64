// SPDX-License-Identifier: Apache-2.0
// The container's process: signals, deadlines, what it costs and what it leaves.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>

#include "core/base/process.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "core/monitor/agent.hpp"
#include "support/processes.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

class Monitor : public ::testing::Test {
  protected:
    Monitor() : node_("fake", "\"stop_timeout_s\": 1") {}
    ~Monitor() override { node_.run({"delete", "--force", "c"}); }

    // `runphi run`, in the background.
    Spawned run(const std::string& script) {
        const std::string bundle = node_.inmate_bundle("bundle", script);
        out_ = UniqueFd(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
        Spawned process = spawn({node_.command({"run", "--keep", "--bundle", bundle, "c"}),
                                 node_.environment(),
                                 {{out_.get(), 1}},
                                 -1,
                                 false,
                                 true});
        EXPECT_TRUE(Sandbox::eventually([this] {
            return node_.run({"state", "c"}).out.find("\"running\"") != std::string::npos;
        }));
        return process;
    }
    static int wait(const Spawned& process) {
        int status = 0;
        ::waitpid(process.id.pid, &status, 0);
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    std::string output() const { return read_fd(out_.get(), "output"); }
    pid_t monitor_pid() const { return pid_of(node_, "c"); }

    Sandbox node_;
    UniqueFd out_;
};

TEST_F(Monitor, TermAsksTheGuestAndTheGuestsAnswerCounts) {
    const Spawned process = run("spin\n");
    ASSERT_EQ(node_.run({"kill", "c", "TERM"}).status, 0);
    const int status = wait(process);
    EXPECT_TRUE(status == 0 || status == 143) << status;
}

TEST_F(Monitor, TermForcesADeafGuestAfterTheTimeOut) {
    const Spawned process = run("deaf\nspin\n");
    ASSERT_EQ(node_.run({"kill", "c", "TERM"}).status, 0);
    EXPECT_EQ(wait(process), 137);
}

// The fake hypervisor has a power button; a partition that is paused cannot hear it.
TEST_F(Monitor, TermOfAGuestThatCannotBeAskedIsAtOnce) {
    const Spawned process = run("deaf\nspin\n");
    ASSERT_EQ(node_.run({"pause", "c"}).status, 0);
    ASSERT_EQ(node_.run({"kill", "c", "TERM"}).status, 0);
    EXPECT_EQ(wait(process), 143);
}

TEST_F(Monitor, KillIsAtOnce) {
    const Spawned process = run("deaf\nspin\n");
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
    EXPECT_EQ(wait(process), 137);
}

TEST_F(Monitor, RunPassesItsOwnSignalsOn) {
    const Spawned process = run("deaf\nspin\n");
    ASSERT_TRUE(send_signal(process.id, SIGTERM));
    EXPECT_EQ(wait(process), 137);
}

TEST_F(Monitor, ThePartitionDiesWithIt) {
    const Spawned process = run("deaf\nspin\n");
    ::kill(monitor_pid(), SIGKILL);
    EXPECT_EQ(wait(process), 137);
    EXPECT_TRUE(Sandbox::eventually([this] {
        return node_.remains().find("process ") == std::string::npos;
    })) << node_.remains();
}

TEST_F(Monitor, TheExitStatusIsOnRecord) {
    const std::string bundle = node_.inmate_bundle("bundle", "exit 9\n");
    EXPECT_EQ(node_.run({"run", "--keep", "--bundle", bundle, "c"}).status, 9);
    EXPECT_NE(read_text(node_.state_dir() + "/c/exit").find("\"status\":9"), std::string::npos);
}

TEST_F(Monitor, ItCostsAtMostTwoMebibytesOfPrivateMemory) {
    if (sanitized()) GTEST_SKIP() << "a sanitizer's shadow is not ours";
    const Spawned process = run("spin\n");
    const std::uint64_t kib = private_kib(monitor_pid());
    EXPECT_GT(kib, 0U);
    EXPECT_LE(kib, 2048U);
    node_.run({"kill", "c", "KILL"});
    wait(process);
}

TEST_F(Monitor, ItKeepsNoDescriptorOfItsCaller) {
    const std::string bundle = node_.inmate_bundle("bundle", "spin\n");
    const UniqueFd leaked = memory_file("leaked-by-the-engine", "");
    const Spawned create = spawn({node_.command({"create", "--bundle", bundle, "c"}),
                                  node_.environment(),
                                  {{leaked.get(), 9}},
                                  -1,
                                  false,
                                  true});
    ASSERT_EQ(wait(create), 0);
    for (const auto& fd :
         std::filesystem::directory_iterator("/proc/" + std::to_string(monitor_pid()) + "/fd")) {
        const std::string target = std::filesystem::read_symlink(fd.path());
        EXPECT_EQ(target.find("leaked-by-the-engine"), std::string::npos);
        EXPECT_EQ(target.find("rootfs"), std::string::npos) << "it would keep the image mounted";
        EXPECT_FALSE(target.ends_with("/lock")) << "the container would stay locked";
    }
}

// ---- the frames of the agent protocol

std::string frames_seen(const std::string& bytes) {
    std::string seen;
    monitor::FrameReader reader([&seen](std::uint8_t type, std::string_view payload) {
        seen += text(static_cast<unsigned>(type), ":", payload, ";");
    });
    // Byte for byte is the worst a guest can do.
    for (const char byte : bytes) reader.feed({&byte, 1});
    return seen;
}

TEST(AgentFrames, AreFoundInGarbage) {
    EXPECT_EQ(frames_seen("noise" + monitor::frame(2, "x") + "more" + monitor::frame(1, "")),
              "2:x;1:;");
}

TEST(AgentFrames, ThatAreTooLongAreDroppedWhole) {
    std::string huge{static_cast<char>(RUNPHI_AGENT_MAGIC), 2, '\xff', '\xff'};
    huge += std::string(0xffff, 'A');
    EXPECT_EQ(frames_seen(huge + monitor::frame(2, "y")), "2:y;");
}

TEST(AgentFrames, AreLittleEndian) {
    EXPECT_EQ(monitor::resize_frame(0x0102, 3), std::string("\xA7\x12\x04\x00\x02\x01\x03\x00", 8));
    EXPECT_EQ(monitor::signal_frame(15), std::string("\xA7\x10\x01\x00\x0f", 5));
}

}  // namespace
}  // namespace phi::test
