// SPDX-License-Identifier: Apache-2.0
// containerd's ctr, with runphi in the place of runc.
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>

#include "core/base/text.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

constexpr const char* search_path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";

Result ctr(const std::vector<std::string>& args) {
    std::vector<std::string> argv{"/usr/bin/ctr"};
    argv.insert(argv.end(), args.begin(), args.end());
    return run_program(argv, {search_path});
}

// One daemon for all scenarios. CRI and the snapshotters that need disks only cost time.
class Containerd : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        write_text("/etc/containerd.toml",
                   "version = 2\n"
                   "disabled_plugins = [\"io.containerd.grpc.v1.cri\", "
                   "\"io.containerd.snapshotter.v1.aufs\", \"io.containerd.snapshotter.v1.btrfs\", "
                   "\"io.containerd.snapshotter.v1.devmapper\", "
                   "\"io.containerd.snapshotter.v1.zfs\", \"io.containerd.internal.v1.opt\", "
                   "\"io.containerd.tracing.processor.v1.otlp\"]\n");
        daemon_ =
            spawn({{"/usr/bin/containerd", "--config", "/etc/containerd.toml"}, {search_path}, {}});
        ASSERT_TRUE(Sandbox::eventually([] { return ctr({"version"}).status == 0; },
                                        std::chrono::seconds(60), std::chrono::milliseconds(200)));
    }
    static void TearDownTestSuite() {
        send_signal(daemon_.id, SIGTERM);
        ::waitpid(daemon_.id.pid, nullptr, 0);
    }
    ~Containerd() override {
        ctr({"task", "kill", "-s", "KILL", "c"});
        ctr({"task", "rm", "--force", "c"});
        ctr({"container", "rm", "c"});
        EXPECT_EQ(before_.after_a_while(), "");
    }

    // No image: a root file system as it lies there.
    static Result run(const std::string& bundle, std::vector<std::string> options,
                      const std::vector<std::string>& process) {
        std::vector<std::string> args{"run",   "--runc-binary", runphi_program,
                                      "--env", "PATH=/bin",     "--rootfs"};
        args.insert(args.end(), options.begin(), options.end());
        args.insert(args.end(), {bundle + "/rootfs", "c"});
        args.insert(args.end(), process.begin(), process.end());
        return ctr(args);
    }
    static bool task_is(const std::string& status) {
        return Sandbox::eventually(
            [&] {
                return ctr({"task", "ls"}).out.find(status) != std::string::npos;
            },
            std::chrono::seconds(20), std::chrono::milliseconds(200));
    }

    Leftovers before_;

  private:
    inline static Spawned daemon_;
};

TEST_F(Containerd, HasAnOrdinaryContainerFromRunc) {
    const Result ran =
        run(linux_bundle("ordinary", ""), {"--rm"},
            {"sh", "-c", "echo hello from $(cat /proc/sys/kernel/osrelease); exit 3"});
    EXPECT_EQ(ran.status, 3) << ran.err;
    const std::string kernel = read_text("/proc/sys/kernel/osrelease");
    EXPECT_EQ(ran.out, "hello from " + kernel);
    EXPECT_TRUE(domains().empty());
}

TEST_F(Containerd, RunsAnInmate) {
    const Result ran =
        run(inmate_bundle("exit"), {"--rm", "--env", "INMATE=/boot/inmate.elf"}, {"inmate"});
    EXPECT_EQ(ran.status, 7) << ran.err;
    EXPECT_EQ(ran.out, hello);
}

TEST_F(Containerd, RunsALinuxGuest) {
    const Result ran = run(linux_bundle("box", ""),
                           {"--rm", "--annotation", "org.runphi.guest=linux", "--annotation",
                            "org.runphi.memory=192M"},
                           {"sh", "-c", "echo hello; exit 4"});
    EXPECT_EQ(ran.status, 4) << ran.err;
    EXPECT_EQ(ran.out, "hello\n");
}

TEST_F(Containerd, PausesResumesAndKills) {
    const Result ran =
        run(inmate_bundle("tick"), {"--detach", "--env", "INMATE=/boot/inmate.elf"}, {"inmate"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(task_is("RUNNING"));
    EXPECT_EQ(ctr({"task", "pause", "c"}).err, "");
    EXPECT_TRUE(task_is("PAUSED"));
    ASSERT_EQ(domains().size(), 1U);
    EXPECT_TRUE(domains()[0].paused()) << domains()[0].state;
    EXPECT_EQ(ctr({"task", "resume", "c"}).err, "");
    EXPECT_TRUE(task_is("RUNNING"));
    EXPECT_EQ(ctr({"task", "kill", "-s", "KILL", "c"}).err, "");
    EXPECT_TRUE(task_is("STOPPED"));
    // ctr's own status says only that the task is gone.
    const Result gone = ctr({"task", "rm", "c"});
    EXPECT_NE(gone.err.find("non-zero exit code 137"), std::string::npos) << gone.err;
}

}  // namespace
}  // namespace phi::test
