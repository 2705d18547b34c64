// SPDX-License-Identifier: Apache-2.0
// Linux guests by the command line: an ordinary bundle on a kernel of its own.
#include "core/base/text.hpp"
#include "linux_guest.hpp"

namespace phi::test {
namespace {

TEST_F(Linux, RunsTheProcessAndPassesOutputAndStatus) {
    const Result ran = run("echo out; hostname; echo $COLOUR; echo err >&2; exit 3");
    EXPECT_EQ(ran.status, 3) << ran.err;
    EXPECT_EQ(ran.out, "out\npartition\ndeep blue\nerr\n");
    EXPECT_EQ(ran.err, "");
}

TEST_F(Linux, HonoursUserDirectoryAndLimits) {
    const Result ran =
        run("id; pwd; ulimit -n; grep -E 'CapEff|NoNewPrivs' /proc/self/status",
            "\"user\": {\"uid\": 1000, \"gid\": 1001, \"additionalGids\": [5]}, "
            "\"noNewPrivileges\": true, \"capabilities\": {\"bounding\": [\"CAP_KILL\"]}, "
            "\"rlimits\": [{\"type\": \"RLIMIT_NOFILE\", \"soft\": 99, \"hard\": 100}]");
    EXPECT_EQ(ran.status, 0) << ran.err << ran.out;
    EXPECT_NE(ran.out.find("uid=1000 gid=1001 groups=5"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("\n/\n99\n"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("CapEff:\t0000000000000000"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("NoNewPrivs:\t1"), std::string::npos) << ran.out;
}

TEST_F(Linux, KeepsAReadOnlyRootReadOnly) {
    const Result ran = run("touch /work/x || echo refused; touch /tmp/y && echo fine", "",
                           "\"root\": {\"path\": \"rootfs\", \"readonly\": true}");
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("refused\nfine\n"), std::string::npos) << ran.out;
}

TEST_F(Linux, PassesInputToItsEnd) {
    const Result ran = run("cat; echo the end", "", "", "one\ntwo\n");
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "one\ntwo\nthe end\n");
}

TEST_F(Linux, TellsDeathBySignal) {
    EXPECT_EQ(run("kill -9 $$").status, 137);
}

// What is missing is found out at create (test_program.cpp). What only the kernel can know is told
// by the guest, with the shell's status.
TEST_F(Linux, AProgramThatTheKernelRefusesHasTheShellsStatus) {
    const std::string path = bundle("true");
    std::string config = read_text(path + "/config.json");
    const auto at = config.find("\"sh\", \"-c\", \"true\"");
    config.replace(at, 18, "\"script\"");
    write_text(path + "/config.json", config);
    write_text(path + "/rootfs/bin/script", "#!/no/such/interpreter\n", 0755);
    EXPECT_EQ(node_.run({"run", "--bundle", path, "c"}).status, 127);
}

// Process 1 begins without standard descriptors then, and the first that it opens get their
// numbers.
TEST_F(Linux, RunsWhereTheKernelCannotOpenAConsole) {
    const std::string path = bundle("echo fine; cat");
    std::string config = read_text(path + "/config.json");
    const std::string mount =
        "{\"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"tmpfs\"},";
    const auto at = config.find(mount);
    ASSERT_NE(at, std::string::npos);
    write_text(path + "/config.json", config.erase(at, mount.size()));
    fs::create_directories(path + "/rootfs/dev/console");
    const Result ran = node_.run({"run", "--bundle", path, "c"}, "input\n");
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "fine\ninput\n");
}

TEST_F(Linux, TermReachesTheProcess) {
    const Spawned process = run_in_background(
        bundle("trap 'echo asked; exit 5' TERM; echo ready; while :; do sleep 1; done"));
    await_output("ready\n");
    EXPECT_EQ(node_.run({"kill", "c", "TERM"}).err, "");
    EXPECT_EQ(wait(process), 5);
    EXPECT_EQ(output(), "ready\nasked\n");
}

TEST_F(Linux, KillIsAtOnce) {
    const Spawned process =
        run_in_background(bundle("trap '' TERM; echo ready; while :; do sleep 1; done"));
    await_output("ready\n");
    EXPECT_EQ(node_.run({"kill", "c", "KILL"}).err, "");
    EXPECT_EQ(wait(process), 137);
}

TEST_F(Linux, StandsStillWhilePaused) {
    const Spawned process =
        run_in_background(bundle("echo ready; while :; do echo .; sleep 0.1; done"));
    await_output("ready\n.");
    EXPECT_EQ(node_.run({"pause", "c"}).err, "");
    EXPECT_TRUE(has_status("paused"));
    const std::size_t before = output().size();
    // What was on its way when it stopped may still arrive; then nothing more.
    EXPECT_LE(output().size(), before + 64);
    EXPECT_EQ(node_.run({"resume", "c"}).err, "");
    EXPECT_TRUE(Sandbox::eventually([&] { return output().size() > before + 8; })) << output();
    EXPECT_EQ(node_.run({"kill", "c", "KILL"}).err, "");
    EXPECT_EQ(wait(process), 137);
}

TEST_F(Linux, APowerOffBehindOurBackIsACrash) {
    EXPECT_EQ(run("poweroff -f").status, 134);
}

TEST_F(Linux, AnOwnKernelBootsAsItIs) {
    const std::string path =
        node_.bundle("own",
                     "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, \"process\": "
                     "{\"cwd\": \"/\", \"args\": [\"x\"], "
                     "\"env\": [\"KERNEL=/boot/kernel\"]}, \"annotations\": "
                     "{\"org.runphi.cmdline\": \"panic=-1\"}}");
    fs::create_directories(path + "/rootfs/boot");
    fs::copy_file(guest_dir() + "/x86_64/kernel", path + "/rootfs/boot/kernel");
    // Without an initrd it finds no root, panics and resets: a crash, and its console says so.
    const Result ran = node_.run({"run", "--bundle", path, "c"});
    EXPECT_EQ(ran.status, 134) << ran.err;
    EXPECT_NE(ran.out.find("Kernel panic"), std::string::npos) << ran.out;
}

TEST_F(Linux, QemuDiesWithItsMonitor) {
    const Spawned process = run_in_background(bundle("echo ready; sleep 1000"));
    await_output("ready\n");
    const pid_t monitor = pid_of(node_, "c");
    ASSERT_GT(monitor, 1);
    ::kill(monitor, SIGKILL);
    EXPECT_EQ(wait(process), 137);
}

}  // namespace
}  // namespace phi::test
