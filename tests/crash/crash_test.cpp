// SPDX-License-Identifier: Apache-2.0
// kill -9 at every effect of every command, and then: `state` tells the truth, `delete --force`
// succeeds and leaves nothing, and the board is whole again.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/fake_linux.hpp"
#include "sweep.hpp"

namespace phi::test {
namespace {

// A guest that says when it runs, then runs on whatever it is told.
constexpr const char* deaf_guest = "print the guest runs\ndeaf\nspin\n";

class Crash : public Sweep {
  protected:
    Crash() : Sweep("fake") {
        bundle_ = node_.inmate_bundle("bundle", deaf_guest,
                                      "\"linux\": {\"cgroupsPath\": \"" + node_.cgroup() + "/c\"}");
        whole_board_ = node_.run({"board", "--free"}).out;
    }

    bool guest_ran() { return read_text(output()).find("the guest runs") != std::string::npos; }

    void expect_truth(const std::string& told, const std::string& where) override {
        if (told == "running") {
            EXPECT_TRUE(Sandbox::eventually([this] { return guest_ran(); })) << where;
        } else if (told == "created") {
            EXPECT_FALSE(guest_ran()) << where;
        } else {
            EXPECT_TRUE(told == "absent" || told == "stopped" || told == "paused")
                << where << ": " << told;
        }
    }
    // A guest of this backend is a process, which the node's own remains have.
    void expect_nothing_left(const std::string&) override {}
};

TEST_F(Crash, CreateDiesAtEveryEffect) {
    sweep_create(20);
}

TEST_F(Crash, TheMonitorDiesAtEveryEffectOfCreate) {
    sweep_monitor();
}

// A container that shares files with the host has more effects, and more to lose.
class CrashOfSharing : public Crash {
  protected:
    CrashOfSharing() {
        node_.configure(fake_linux_settings(node_));
        volume_ = node_.dir() + "/volume";
        std::filesystem::create_directories(volume_ + "/folder");
        write_text(volume_ + "/folder/file", "precious");
        bundle_ = fake_linux_bundle(node_, deaf_guest, bind_mount(volume_, "/data"), "",
                                    "\"linux\": {\"cgroupsPath\": \"" + node_.cgroup() + "/c\"}");
    }
    ~CrashOfSharing() override { EXPECT_EQ(read_text(volume_ + "/folder/file"), "precious"); }
    std::string volume_;
};

TEST_F(CrashOfSharing, CreateDiesAtEveryEffect) {
    sweep_create(20);
}

TEST_F(CrashOfSharing, DeleteDiesAtEveryEffect) {
    sweep_delete(5);
}

TEST_F(CrashOfSharing, TheMonitorDiesAtEveryEffectOfCreate) {
    sweep_monitor();
}

TEST_F(Crash, StartDiesAtEveryEffect) {
    sweep_start(3);
}

TEST_F(Crash, KillDiesAtEveryEffect) {
    sweep_kill(1);
}

TEST_F(Crash, PauseDiesAtEveryEffect) {
    sweep(
        {"pause", "c"}, Victim::command, [this] { start(); }, 3);
}

// What the command asks of the monitor, the monitor may die of: it connects to the backend's
// partition, asks it, and answers.
TEST_F(Crash, TheMonitorDiesAtEveryEffectOfStart) {
    sweep(
        {"start", "c"}, Victim::living, [this] { create(); }, 3);
}

TEST_F(Crash, TheMonitorDiesAtEveryEffectOfPause) {
    sweep(
        {"pause", "c"}, Victim::living, [this] { start(); }, 3);
}

TEST_F(Crash, TheMonitorDiesAtEveryEffectOfResume) {
    sweep(
        {"resume", "c"}, Victim::living,
        [this] {
            start();
            ok({"pause", "c"});
        },
        3);
}

TEST_F(Crash, DeleteDiesAtEveryEffect) {
    sweep_delete(5);
}

// The move to other CPUs is recorded before it happens: no CPU of it is free for others, and delete
// gives all of them back.
TEST_F(Crash, UpdateDiesAtEveryEffect) {
    sweep(
        {"update", "--cpuset-cpus", "5", "--cpu-share", "512", "c"}, Victim::command,
        [this] { start(); }, 6);
}

TEST_F(Crash, AMoveThatWasCutShortIsSettledByTheNext) {
    start();
    const std::vector<std::string> move{"update", "--cpuset-cpus", "5", "c"};
    const Trace whole = traced(move, {});
    ASSERT_EQ(whole.status, 0) << read_text(output());
    const auto free_cpus = [this] { return node_.run({"board", "--free"}).out; };
    const std::string settled = free_cpus();
    for (unsigned at = 0; at < whole.effects; ++at) {
        ASSERT_EQ(node_.run({"update", "--cpuset-cpus", "0", "c"}).err, "");
        const Trace cut = traced(move, {Victim::command, at, {}});
        const std::string where = std::to_string(at) + " " + cut.last;
        EXPECT_EQ(node_.run({"update", "--cpuset-cpus", "5", "c"}).err, "") << where;
        EXPECT_EQ(free_cpus(), settled) << where;
        EXPECT_EQ(read_text(node_.state_dir() + "/c/assignedCPUs"), "5\n") << where;
    }
    expect_clean_after_delete("settled");
}

TEST_F(Crash, ANewContainerTakesTheNameOfAHalfMadeOne) {
    const Trace whole = traced({"create", "--bundle", bundle_, "c"}, {});
    ASSERT_EQ(whole.status, 0);
    expect_clean_after_delete("uninterrupted");
    const Trace cut =
        traced({"create", "--bundle", bundle_, "c"}, {Victim::command, whole.effects / 2, {}});
    ASSERT_TRUE(cut.killed);
    const Result again = node_.run({"create", "--bundle", bundle_, "c"});
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(status(), "created");
    expect_clean_after_delete("again");
}

TEST_F(Crash, RecoverClearsWhatADeadOwnerLeft) {
    const Trace whole = traced({"create", "--bundle", bundle_, "c"}, {});
    expect_clean_after_delete("uninterrupted");
    traced({"create", "--bundle", bundle_, "c"}, {Victim::command, whole.effects / 2, {}});
    const Result recovered = node_.run({"recover"});
    EXPECT_EQ(recovered.status, 0) << recovered.err;
    EXPECT_NE(recovered.out.find("/c: its create died half-way"), std::string::npos)
        << recovered.out;
    EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); })) << node_.remains();
}

TEST_F(Crash, ContainersOfAnEarlierBootAreForgotten) {
    create();
    const std::string file = node_.state_dir() + "/c/state.json";
    std::string state = read_text(file);
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
    const auto at = state.find("\"bootId\":\"") + 10;
    state.replace(at, 8, "00000000");
    write_text(file, state, 0600);
    EXPECT_EQ(status(), "stopped");
    EXPECT_EQ(node_.run({"create", "--bundle", bundle_, "c"}).status, 0)
        << "a name of an earlier boot is free";
    expect_clean_after_delete("earlier boot");
}

}  // namespace
}  // namespace phi::test
