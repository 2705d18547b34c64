// SPDX-License-Identifier: Apache-2.0
// create, start, state, kill, pause, resume, delete, list, run on the fake hypervisor, by the
// command line.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/fd_listener.hpp"
#include "support/processes.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

class Lifecycle : public ::testing::Test {
  protected:
    Lifecycle() : node_("fake") {}
    ~Lifecycle() override {
        for (const char* id : {"c", "d"}) node_.run({"delete", "--force", id});
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
    }

    void create(const std::string& script) {
        const Result made =
            node_.run({"create", "--bundle", node_.inmate_bundle("bundle", script), "c"});
        ASSERT_EQ(made.status, 0) << made.err;
        EXPECT_EQ(made.out + made.err, "") << "success is silent";
    }
    void expect(const std::vector<std::string>& args, int status, const std::string& words = "") {
        const Result result = node_.run(args);
        EXPECT_EQ(result.status, status) << args[0] << ": " << result.err;
        if (!words.empty()) {
            EXPECT_NE(result.err.find(words), std::string::npos) << args[0] << ": " << result.err;
        } else {
            EXPECT_EQ(result.err, "") << args[0];
        }
    }
    bool has_status(const std::string& status) {
        return node_.run({"state", "c"}).out.find("\"status\": \"" + status + "\"") !=
               std::string::npos;
    }
    void await_status(const std::string& status) {
        EXPECT_TRUE(Sandbox::eventually([&] { return has_status(status); }))
            << node_.run({"state", "c"}).out;
    }

    Sandbox node_;
};

TEST_F(Lifecycle, FromCreatedToDeleted) {
    create("spin\n");
    EXPECT_TRUE(has_status("created"));
    expect({"start", "c"}, 0);
    EXPECT_TRUE(has_status("running"));
    expect({"start", "c"}, 1, "cannot start an already running container");
    expect({"delete", "c"}, 1, "cannot delete container c that is not stopped: running");
    expect({"kill", "c", "KILL"}, 0);
    await_status("stopped");
    expect({"start", "c"}, 1, "cannot start a container that has stopped");
    expect({"kill", "c"}, 1, "container not running");
    expect({"kill", "--all", "c", "9"}, 0);
    expect({"delete", "c"}, 0);
    expect({"state", "c"}, 1, "container does not exist");
    expect({"delete", "c"}, 1, "container does not exist");
    expect({"delete", "--force", "c"}, 0);
}

TEST_F(Lifecycle, PauseAndResume) {
    create("spin\n");
    expect({"pause", "c"}, 1, "container not running");
    expect({"start", "c"}, 0);
    expect({"resume", "c"}, 1, "container not paused");
    expect({"pause", "c"}, 0);
    EXPECT_TRUE(has_status("paused"));
    expect({"pause", "c"}, 1, "container not running");
    expect({"delete", "c"}, 1, "that is not stopped: paused");
    expect({"resume", "c"}, 0);
    EXPECT_TRUE(has_status("running"));
}

TEST_F(Lifecycle, ACreatedContainerCanBeDeleted) {
    create("spin\n");
    expect({"delete", "c"}, 0);
}

TEST_F(Lifecycle, TheSameIdTwiceIsRefusedAndTheFirstLivesOn) {
    create("spin\n");
    expect({"create", "--bundle", node_.dir() + "/bundle", "c"}, 1,
           "container with given ID already exists");
    EXPECT_TRUE(has_status("created"));
}

TEST_F(Lifecycle, TheSameIdUnderAnotherRootIsAnotherContainer) {
    create("spin\n");
    const std::string root = node_.dir() + "/otherroot";
    expect({"--root", root, "create", "--bundle", node_.dir() + "/bundle", "c"}, 0);
    expect({"delete", "c"}, 0);
    const Result other = node_.run({"--root", root, "state", "c"});
    EXPECT_NE(other.out.find("\"status\": \"created\""), std::string::npos) << other.err;
    expect({"--root", root, "delete", "c"}, 0);
}

TEST_F(Lifecycle, RunPassesOutputAndExitStatus) {
    const std::string bundle = node_.inmate_bundle("bundle", "print hello\nexit 7\n");
    const Result ran = node_.run({"run", "--bundle", bundle, "c"});
    EXPECT_EQ(ran.status, 7);
    EXPECT_EQ(ran.out, "hello\n");
    EXPECT_EQ(ran.err, "");
    expect({"state", "c"}, 1, "container does not exist");
}

TEST_F(Lifecycle, RunPassesInput) {
    const std::string bundle = node_.inmate_bundle("bundle", "echo\n");
    const Result ran = node_.run({"run", "--bundle", bundle, "c"}, "one\ntwo\n");
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "one\ntwo\n");
}

TEST_F(Lifecycle, RunKeepsWhatItIsToldToKeep) {
    const std::string bundle = node_.inmate_bundle("bundle", "exit 3\n");
    EXPECT_EQ(node_.run({"run", "--keep", "--bundle", bundle, "c"}).status, 3);
    EXPECT_TRUE(has_status("stopped"));
}

TEST_F(Lifecycle, ACrashHasAStatusOfItsOwn) {
    const std::string bundle = node_.inmate_bundle("bundle", "crash\n");
    EXPECT_EQ(node_.run({"run", "--bundle", bundle, "c"}).status, 134);
}

TEST_F(Lifecycle, APowerOffWithoutAWordIsSuccessForAnInmate) {
    const std::string bundle = node_.inmate_bundle("bundle", "poweroff\n");
    EXPECT_EQ(node_.run({"run", "--bundle", bundle, "c"}).status, 0);
}

TEST_F(Lifecycle, AFloodOfOutputArrivesWhole) {
    const std::string bundle = node_.inmate_bundle("bundle", "flood 4096\nexit 0\n");
    const Result ran = node_.run({"run", "--bundle", bundle, "c"});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.out.size(), 4096U * 1024U);
}

TEST_F(Lifecycle, ALyingGuestOnlyHarmsItself) {
    const std::string bundle = node_.inmate_bundle("bundle", "lie\nprint still here\nexit 5\n");
    const Result ran = node_.run({"run", "--bundle", bundle, "c"});
    EXPECT_EQ(ran.status, 5);
    EXPECT_EQ(ran.out, "still here\n");
}

TEST_F(Lifecycle, ThePidFileHoldsTheMonitorsPidAndNothingElse) {
    const std::string bundle = node_.inmate_bundle("bundle", "spin\n");
    const std::string pid_file = node_.dir() + "/pid";
    expect({"create", "--bundle", bundle, "--pid-file", pid_file, "c"}, 0);
    const std::string pid = read_text(pid_file);
    EXPECT_EQ(pid.find_first_not_of("0123456789"), std::string::npos) << pid;
    EXPECT_NE(node_.run({"state", "c"}).out.find("\"pid\": " + pid + ","), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists("/proc/" + pid + "/ns/net"));
}

TEST_F(Lifecycle, ThePidfdSocketIsSentAPidfdOfTheMonitor) {
    const std::string bundle = node_.inmate_bundle("bundle", "spin\n");
    const FdListener listener(node_.dir() + "/pidfd.sock");
    expect({"create", "--bundle", bundle, "--pidfd-socket", listener.path(), "c"}, 0);
    const UniqueFd pidfd = listener.receive();
    const std::string info = read_text("/proc/self/fdinfo/" + std::to_string(pidfd.get()));
    EXPECT_NE(info.find(text("\nPid:\t", pid_of(node_, "c"), "\n")), std::string::npos) << info;
    expect({"create", "--bundle", bundle, "--pidfd-socket", "/nonexistent/s", "d"}, 1,
           "dial unix /nonexistent/s: no such file or directory");
}

TEST_F(Lifecycle, APidFileThatCannotBeWrittenUndoesTheCreate) {
    const std::string bundle = node_.inmate_bundle("bundle", "spin\n");
    expect({"create", "--bundle", bundle, "--pid-file", node_.dir() + "/no/such/pid", "c"}, 1,
           "no such file or directory");
    EXPECT_EQ(node_.remains(), "");
}

TEST_F(Lifecycle, EveryFaultOfTheBackendUndoesTheCreate) {
    const std::string bundle = node_.inmate_bundle("bundle", "spin\n");
    for (const char* stage :
         {"begin", "cpu", "mem", "dev", "net", "comm", "boot", "end", "create"}) {
        node_.configure(std::string("\"backend_settings\": {\"fake\": {\"fail\": {\"") + stage +
                        "\": 10}}}");
        const Result made = node_.run({"create", "--bundle", bundle, "c"});
        EXPECT_EQ(made.status, 1) << stage;
        EXPECT_NE(made.err.find(stage), std::string::npos) << made.err;
        EXPECT_EQ(node_.remains(), "") << stage;
    }
    node_.configure("");
}

TEST_F(Lifecycle, AFailedStartLeavesACreatedContainer) {
    // The container's monitor has the settings of the create.
    node_.configure("\"backend_settings\": {\"fake\": {\"fail\": {\"start\": 10}}}");
    create("spin\n");
    EXPECT_EQ(node_.run({"start", "c"}).status, 1);
    node_.configure("");
    EXPECT_TRUE(has_status("created")) << "the backend was asked: it never started";
    expect({"start", "c"}, 0);
}

TEST_F(Lifecycle, ListTellsAll) {
    EXPECT_EQ(node_.run({"list", "-f", "json"}).out, "null\n");
    create("spin\n");
    expect({"create", "--bundle", node_.dir() + "/bundle", "d"}, 0);
    expect({"start", "d"}, 0);
    EXPECT_EQ(node_.run({"list", "--quiet"}).out, "c\nd\n");
    const std::string table = node_.run({"list"}).out;
    EXPECT_EQ(table.find("ID          PID         STATUS      BUNDLE"), 0U) << table;
    EXPECT_NE(table.find("created"), std::string::npos);
    EXPECT_NE(table.find("running"), std::string::npos);
    const std::string json = node_.run({"list", "--format", "json"}).out;
    EXPECT_EQ(json.front(), '[');
    EXPECT_NE(json.find("\"id\":\"d\""), std::string::npos) << json;
}

TEST_F(Lifecycle, WhatIsNotSupportedRefusesAndNamesTheContainer) {
    create("spin\n");
    expect({"start", "c"}, 0);
    expect({"checkpoint", "c"}, 1, "not supported for partitions");
}

TEST_F(Lifecycle, PlanHasNoEffect) {
    const std::string bundle = node_.inmate_bundle("bundle", "spin\n");
    const Result first = node_.run({"plan", bundle});
    EXPECT_EQ(first.status, 0) << first.err;
    EXPECT_NE(first.out.find("\"format\": \"runphi.plan/1\""), std::string::npos) << first.out;
    EXPECT_EQ(node_.run({"plan", bundle}).out, first.out);
    EXPECT_FALSE(std::filesystem::exists(node_.state_dir()));
}

TEST_F(Lifecycle, TheContainersDirectoryHoldsWhatDesignSays) {
    create("spin\n");
    for (const char* file : {"state.json", "configc.conf", "handle", "grants.json", "bundle",
                             "rootfs", "pidfile", "inmate", "assignedCPUs"}) {
        EXPECT_TRUE(std::filesystem::exists(node_.state_dir() + "/c/" + file)) << file;
    }
    EXPECT_EQ(read_text(node_.state_dir() + "/c/assignedCPUs"), "0\n");
    EXPECT_EQ(read_text(node_.state_dir() + "/c/bundle"), node_.dir() + "/bundle\n");
}

TEST_F(Lifecycle, OrphansOfTheHypervisorAreRecovered) {
    create("spin\n");
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
    std::filesystem::remove_all(node_.state_dir() + "/c");
    const Result recovered = node_.run({"recover"});
    EXPECT_EQ(recovered.status, 0) << recovered.err;
}

}  // namespace
}  // namespace phi::test
