// SPDX-License-Identifier: Apache-2.0
// kill -9 of everybody who has a part in an `exec`, at every effect of it. Whoever is left neither
// hangs nor keeps anything: a session that lost its client costs the container nothing, and
// `delete --force` leaves nothing.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <functional>

#include "core/base/process.hpp"
#include "effect_tracer.hpp"
#include "support/fake_linux.hpp"
#include "support/processes.hpp"

namespace phi::test {
namespace {

using Words = std::vector<std::string>;

class ExecCrash : public ::testing::Test {
  protected:
    ExecCrash() : node_("fake") {
        node_.configure(fake_linux_settings(node_));
        bundle_ = fake_linux_bundle(node_, "deaf\nspin\n", "", "",
                                    "\"linux\": {\"cgroupsPath\": \"" + node_.cgroup() + "/c\"}");
        whole_board_ = node_.run({"board", "--free"}).out;
    }

    void begin() {
        // Its output goes to a file: a pipe would be held by the monitor.
        const Trace made = trace({"create", "--bundle", bundle_, "c"}, {});
        ASSERT_EQ(made.status, 0) << read_text(output());
        ASSERT_EQ(node_.run({"start", "c"}).status, 0);
    }

    std::string output() const { return node_.dir() + "/output"; }

    Trace trace(const Words& words, TraceOptions options) const {
        options.output = output();
        return trace_effects(node_.command(words), node_.environment(), options);
    }

    pid_t monitor() const { return pid_of(node_, "c"); }
    // The process of the fake hypervisor that is the partition.
    pid_t partition() const {
        const std::string left = node_.remains();
        for (const auto line : split(left, '\n')) {
            if (line.find("fake-partition") == std::string_view::npos) continue;
            return static_cast<pid_t>(parse_u64(split(line, ' ')[1]).value_or(0));
        }
        return 0;
    }

    void expect_clean_after_delete() {
        const Result gone = node_.run({"delete", "--force", "c"});
        EXPECT_EQ(gone.status, 0) << gone.err;
        EXPECT_EQ(gone.err, "");
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
        EXPECT_EQ(node_.run({"board", "--free"}).out, whole_board_);
    }

    // Counts the effects of `exec`, then runs it once for each, with `cut` called before it.
    void sweep(const Words& words, Victim victim, unsigned at_least,
               const std::function<void(unsigned effect)>& cut) {
        begin();
        const Trace whole = trace(words, {victim, std::nullopt, {}});
        ASSERT_EQ(whole.status, 0) << read_text(output());
        expect_clean_after_delete();
        ASSERT_GE(whole.effects, at_least);
        RecordProperty("effects", static_cast<int>(whole.effects));
        for (unsigned at = 0; at < whole.effects; ++at) {
            SCOPED_TRACE(text(words[1], ", effect ", at));
            begin();
            cut(at);
            expect_clean_after_delete();
            if (HasFatalFailure()) return;
        }
    }

    // The container does not notice.
    void sweep_victim(const Words& words, Victim victim, unsigned at_least) {
        unsigned died = 0;
        sweep(words, victim, at_least, [&](unsigned at) {
            const Trace cut = trace(words, {victim, at, {}});
            died += cut.killed ? 1 : 0;
            EXPECT_EQ(node_.run({"exec", "c", "exit", "5"}).status, 5) << cut.last;
            EXPECT_NE(node_.run({"state", "c"}).out.find("\"running\""), std::string::npos);
        });
        EXPECT_GT(died, at_least / 2);
    }

    // The client ends, whatever its session was up to.
    void sweep_others(const Words& words, const std::function<pid_t()>& whom, unsigned at_least) {
        unsigned reached = 0;
        sweep(words, Victim::command, at_least, [&](unsigned at) {
            const pid_t other = whom();
            ASSERT_GT(other, 1);
            const auto kill = [other] { ::kill(other, SIGKILL); };
            const Trace cut = trace(words, {Victim::command, at, {}, kill});
            reached += cut.killed ? 1 : 0;
            EXPECT_TRUE(cut.status == 0 || cut.status == 137 || cut.status == 255)
                << cut.status << ": " << read_text(output());
        });
        EXPECT_GT(reached, at_least / 2);
    }

    Sandbox node_;
    std::string bundle_;
    std::string whole_board_;
};

const Words foreground{"exec", "c", "print", "x"};
const Words detached{"exec", "--detach", "c", "sleep"};

TEST_F(ExecCrash, TheClientDiesAtEveryEffect) {
    sweep_victim(foreground, Victim::command, 3);
}

// A file that is copied out has no name until it is whole.
TEST_F(ExecCrash, TheClientOfACopyDiesAtEveryEffect) {
    const std::string folder = node_.dir() + "/files";
    std::filesystem::create_directories(folder);
    const std::string file = folder + "/hello";
    begin();
    const Trace whole = trace({"cp", "c:/hello", file}, {});
    ASSERT_EQ(whole.status, 0) << read_text(output());
    for (unsigned at = 0; at < whole.effects; ++at) {
        std::filesystem::remove(file);
        const Trace cut = trace({"cp", "c:/hello", file}, {Victim::command, at, {}});
        SCOPED_TRACE(text("effect ", at, " (", cut.last, ")"));
        const bool there = std::filesystem::exists(file);
        EXPECT_TRUE(!there || read_text(file) == "hello\n");
        EXPECT_EQ(std::filesystem::is_empty(folder), !there);
        EXPECT_EQ(node_.run({"exec", "c", "exit", "5"}).status, 5);
    }
    expect_clean_after_delete();
}

// Where there is one already, the next copy clears away what a killed one has left.
TEST_F(ExecCrash, TheClientOfACopyOverAFileDiesAtEveryEffect) {
    const std::string folder = node_.dir() + "/files";
    std::filesystem::create_directories(folder);
    const std::string file = folder + "/hello";
    begin();
    write_text(file, "old\n");
    const Trace whole = trace({"cp", "c:/hello", file}, {});
    ASSERT_EQ(whole.status, 0) << read_text(output());
    bool left = false;
    for (unsigned at = 0; at < whole.effects; ++at) {
        write_text(file, "old\n");
        const Trace cut = trace({"cp", "c:/hello", file}, {Victim::command, at, {}});
        SCOPED_TRACE(text("effect ", at, " (", cut.last, ")"));
        EXPECT_TRUE(read_text(file) == "hello\n" || read_text(file) == "old\n");
        const auto names = [&] {
            return std::distance(std::filesystem::directory_iterator(folder), {});
        };
        left = left || names() > 1;
        EXPECT_EQ(node_.run({"cp", "c:/hello", file}).err, "");
        EXPECT_EQ(read_text(file), "hello\n");
        EXPECT_EQ(names(), 1);
    }
    EXPECT_TRUE(left) << "no kill came between the link and the renaming";
    expect_clean_after_delete();
}

TEST_F(ExecCrash, WhoeverDetachesDiesAtEveryEffect) {
    sweep_victim(detached, Victim::command, 3);
}

TEST_F(ExecCrash, TheProcessThatStandsForADetachedOneDiesAtEveryEffect) {
    begin();
    const Trace whole = trace(detached, {Victim::monitor, std::nullopt, {}});
    ASSERT_EQ(whole.status, 0) << read_text(output());
    ASSERT_GE(whole.effects, 4U);
    for (unsigned at = 0; at < whole.effects; ++at) {
        const Trace cut = trace(detached, {Victim::monitor, at, {}});
        SCOPED_TRACE(text("effect ", at, " (", cut.last, ")"));
        // It says so, or the process ran already.
        EXPECT_TRUE(cut.status == 255 || cut.status == 0) << cut.status;
        EXPECT_EQ(node_.run({"exec", "c", "exit", "5"}).status, 5);
    }
    expect_clean_after_delete();
}

TEST_F(ExecCrash, TheMonitorDiesAtEveryEffectOfTheClient) {
    sweep_others(
        foreground, [this] { return monitor(); }, 3);
}

TEST_F(ExecCrash, ThePartitionDiesAtEveryEffectOfTheClient) {
    sweep_others(
        foreground, [this] { return partition(); }, 3);
}

TEST_F(ExecCrash, TheMonitorDiesAtEveryEffectOfWhoeverDetaches) {
    sweep_others(
        detached, [this] { return monitor(); }, 3);
}

}  // namespace
}  // namespace phi::test
