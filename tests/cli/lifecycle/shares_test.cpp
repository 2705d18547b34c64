// SPDX-License-Identifier: Apache-2.0
// Bind mounts that a guest shares with the host, on the fake hypervisor: what its partition sees is
// what a real one's file server would.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "core/base/process.hpp"
#include "support/fake_linux.hpp"
#include "support/processes.hpp"

namespace phi::test {
namespace {

namespace fs = std::filesystem;

class Shares : public ::testing::Test {
  protected:
    Shares() : node_("fake") {
        settings("");
        volume_ = node_.dir() + "/volume";
        fs::create_directories(volume_);
    }
    ~Shares() override {
        node_.run({"delete", "--force", "c"});
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
    }

    void settings(const std::string& more) { node_.configure(fake_linux_settings(node_) + more); }
    std::string bundle(const std::string& script, const std::string& mounts,
                       const std::string& annotations = "") {
        return fake_linux_bundle(node_, script, mounts, annotations);
    }
    Result run(const std::string& script, const std::string& mounts,
               const std::string& annotations = "") {
        const Result ran = node_.run({"run", "--bundle", bundle(script, mounts, annotations), "c"});
        node_.run({"delete", "--force", "c"});
        return ran;
    }

    Sandbox node_;
    std::string volume_;
};

TEST_F(Shares, AreSeenByThePartitionAndByNobodyElse) {
    write_text(volume_ + "/file", "of the host\n");
    write_text(node_.dir() + "/one", "a file\n");
    const Result ran =
        run("read 0/file\nwrite 0/new of the guest\nread 1\nwrite 1 changed\n"
            "write 2/file never\nread 2/file\nwrite stray x\nexit 0\n",
            bind_mount(volume_, "/data") + ", " + bind_mount(node_.dir() + "/one", "/one") + ", " +
                bind_mount(volume_, "/ro", "\"rbind\", \"ro\""));
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out,
              "of the host\na file\ncannot write: Read-only file system\nof the host\n"
              "cannot write: Read-only file system\n");
    EXPECT_EQ(read_text(volume_ + "/new"), "of the guest\n");
    EXPECT_EQ(read_text(node_.dir() + "/one"), "changed\n");
}

TEST_F(Shares, ReadOnlyIsAllThatIsBelow) {
    // A file system below the volume, of this process's own mount namespace.
    ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    fs::create_directories(volume_ + "/below");
    ASSERT_EQ(::mount("x", (volume_ + "/below").c_str(), "tmpfs", 0, nullptr), 0);
    write_text(volume_ + "/below/file", "mounted\n");
    const Result ran =
        run("read 0/below/file\nwrite 0/below/file x\nread 1/below/file\nwrite 2/below/file y\n",
            bind_mount(volume_, "/a", "\"rbind\", \"ro\"") + ", " +
                bind_mount(volume_, "/b", "\"bind\"") + ", " + bind_mount(volume_, "/c"));
    EXPECT_EQ(ran.out,
              "mounted\ncannot write: Read-only file system\n"
              "cannot read: No such file or directory\n")
        << ran.err;
    EXPECT_EQ(read_text(volume_ + "/below/file"), "y\n");
    ::umount2((volume_ + "/below").c_str(), MNT_DETACH);
}

// On a host whose mounts are shared, as systemd makes them: nothing of ours gets out, and what the
// host mounts later gets in where the mount's propagation says so.
TEST_F(Shares, FollowTheHostsMountsAndKeepTheirsFromIt) {
    ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr), 0);
    fs::create_directories(volume_ + "/later");
    const std::string before = read_text("/proc/self/mountinfo");
    const std::string path = bundle(
        "wait-signal\nread 0/later/file\nread 1/later/file\nexit 0\n",
        bind_mount(volume_, "/a", "\"rbind\", \"rslave\"") + ", " + bind_mount(volume_, "/b"));
    const UniqueFd out(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    const Spawned process = spawn(
        {node_.command({"run", "--bundle", path, "c"}), node_.environment(), {{out.get(), 1}}});
    EXPECT_TRUE(Sandbox::eventually([&] {
        return node_.run({"state", "c"}).out.find("running") != std::string::npos;
    }));
    EXPECT_EQ(read_text("/proc/self/mountinfo"), before);
    EXPECT_TRUE(fs::is_empty(node_.state_dir() + "/c/shares"));
    ASSERT_EQ(::mount("x", (volume_ + "/later").c_str(), "tmpfs", 0, nullptr), 0);
    write_text(volume_ + "/later/file", "mounted later\n");
    EXPECT_EQ(node_.run({"kill", "c", "USR1"}).err, "");
    int status = 0;
    ::waitpid(process.id.pid, &status, 0);
    EXPECT_EQ(status, 0);
    std::string said(256, '\0');
    said.resize(static_cast<std::size_t>(
        std::max<ssize_t>(0, ::pread(out.get(), said.data(), said.size(), 0))));
    EXPECT_EQ(said, "signal 10\nmounted later\ncannot read: No such file or directory\n");
    ::umount2((volume_ + "/later").c_str(), MNT_DETACH);
}

TEST_F(Shares, AKilledMonitorLeavesTheFilesAlone) {
    write_text(volume_ + "/file", "precious\n");
    ASSERT_EQ(
        node_.run({"create", "--bundle", bundle("spin\n", bind_mount(volume_, "/data")), "c"}).err,
        "");
    ASSERT_EQ(node_.run({"start", "c"}).err, "");
    const pid_t monitor = pid_of(node_, "c");
    ASSERT_GT(monitor, 1);
    ::kill(monitor, SIGKILL);
    EXPECT_EQ(node_.run({"delete", "--force", "c"}).err, "");
    EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); })) << node_.remains();
    EXPECT_EQ(read_text(volume_ + "/file"), "precious\n");
}

TEST_F(Shares, ASourceIsWhatItWasWhenItWasLookedAt) {
    // The engine's path may lead through links; a link inside of the source leads nowhere else.
    fs::create_directories(node_.dir() + "/elsewhere");
    write_text(node_.dir() + "/elsewhere/file", "by a link\n");
    fs::create_symlink(node_.dir() + "/elsewhere", node_.dir() + "/link");
    const Result ran = run("read 0/file\n", bind_mount(node_.dir() + "/link", "/data"));
    EXPECT_EQ(ran.out, "by a link\n") << ran.err;
}

TEST_F(Shares, WithoutTheCapabilityTheyAreRefusedOrCopied) {
    settings(text(", \"backend_settings\": {\"fake\": {\"capabilities\": ", 0x63f, "}}"));
    const Result refused = run("exit 0\n", bind_mount(volume_, "/data"));
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.err.find("a writable bind mount, and backend fake shares no files"),
              std::string::npos)
        << refused.err;
    EXPECT_EQ(run("exit 0\n", bind_mount(volume_, "/data", "\"bind\", \"ro\"")).status, 0);
    const Result wanted = run("exit 0\n", bind_mount(volume_, "/data", "\"bind\", \"ro\""),
                              "\"org.runphi.binds\": \"share\"");
    EXPECT_NE(wanted.err.find("backend fake shares no files"), std::string::npos) << wanted.err;
}

TEST_F(Shares, APlanShowsThemAndMakesNothing) {
    const std::string path = bundle("exit 0\n", bind_mount(volume_, "/data"));
    const Result plan = node_.run({"plan", "--id", "c", path});
    EXPECT_EQ(plan.status, 0) << plan.err;
    EXPECT_NE(plan.out.find(text("\"dir\": \"", node_.state_dir(), "/c/shares\"")),
              std::string::npos)
        << plan.out;
    EXPECT_FALSE(fs::exists(node_.state_dir() + "/c"));
}

TEST_F(Shares, AnInmateHasNone) {
    const auto inmate = [&](const std::string& options) {
        return node_.inmate_bundle(
            "inmate", "exit 0\n",
            text("\"mounts\": [", bind_mount(volume_, "/data", options), "]"));
    };
    const Result refused = node_.run({"run", "--bundle", inmate("\"bind\""), "c"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.err.find("mounts nothing"), std::string::npos) << refused.err;
    EXPECT_EQ(node_.run({"run", "--bundle", inmate("\"bind\", \"ro\""), "c"}).err, "");
}

}  // namespace
}  // namespace phi::test
