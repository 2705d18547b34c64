// SPDX-License-Identifier: Apache-2.0
// kill -9 at every effect of the commands with the real Jailhouse plugin on the model of Jailhouse,
// and everything that Jailhouse does that one would not expect. A cell of somebody else's lives
// beside, of which nothing may be touched.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "fake/jailhouse/server.hpp"
#include "plugins/jailhouse/format/write.hpp"
#include "support/folder.hpp"
#include "sweep.hpp"
#include "unit/jailhouse/samples.hpp"

namespace phi::test {
namespace {

namespace jh = runphi::jailhouse;
using fake_jailhouse::Machine;

// Where no machine that runs this has memory: all of it is the model's.
constexpr std::uint64_t ram = 0x200000000000;
// How long a call may take; much longer than any that returns.
constexpr int timeout_ms = 20'000;

constexpr const char* board = R"({"format": "runphi.board/1", "name": "model",
    "cpus": {"ids": "1-2"},
    "memory": {"pools": [{"name": "cells", "base": "0x200001000000", "size": "8M"}],
               "alignment": "2M", "minimum": "2M"},
    "limits": {"name_max": 31}})";

#if defined(__x86_64__)
jh::System machine_config() {
    jh::System out = jailhouse_test::sample_x86_system();
#else
jh::System machine_config() {
    jh::System out = jailhouse_test::sample_system(jh::Layout::master);
#endif
    out.root_cell.cpu_set = {0xf, 0, 0, 0, 0, 0, 0, 0};
    out.root_cell.regions[1].phys_start = out.root_cell.regions[1].virt_start = ram;
    return out;
}

Machine machine() {
    fake_jailhouse::Facts facts;
    facts.arch = static_cast<std::uint8_t>(machine_config().arch);
    facts.ram = ram;
    return Machine(facts);
}

void add_their_cell(Machine& model) {
    fake_jailhouse::Cell theirs;
    theirs.id = 1;
    theirs.config.name = "theirs";
    theirs.config.flags = 1;  // passive
    theirs.state = "running";
    theirs.cpus = {3};
    model.cells().at(0).cpus.erase(3);
    model.cells()[1] = theirs;
}

std::string settings_for(const Folder& folder, const fake_jailhouse::Server& server,
                         int timeout = timeout_ms) {
    const std::string system =
        folder.write("system.cell", write_system(machine_config(), jh::Layout::master));
    return R"("defaults": {"memory": "2M"}, "backend_settings": {"jailhouse": {"device": ")" +
           server.device() + R"(", "sysfs": ")" + server.sysfs() + R"(", "system": ")" + system +
           R"(", "timeout_ms": )" + std::to_string(timeout) + "}}";
}

struct Model {
    Model() : server(machine(), folder.path()) { server.change(add_their_cell); }

    Folder folder;
    fake_jailhouse::Server server;
};

class JailhouseCrash : private Model, public Sweep {
  protected:
    JailhouseCrash() : Sweep("jailhouse", settings_for(Model::folder, Model::server)) {
        write_text(node_.dir() + "/board.json", board);
        bundle_ = node_.inmate_bundle("bundle", "instructions");
        whole_board_ = node_.run({"board", "--free"}).out;
    }
    ~JailhouseCrash() override { expect_clean_after_delete("the end"); }

    void allow_ms(int timeout) {
        node_.configure(settings_for(Model::folder, Model::server, timeout));
    }
    void change(const std::function<void(Machine&)>& how) { server.change(how); }
    // "" if there is no such cell.
    std::string cell_state(const std::string& name) {
        Machine now = server.look();
        const auto* cell = now.find(name);
        return cell == nullptr ? "" : cell->state;
    }

    void expect_truth(const std::string& told, const std::string& where) override {
        const std::string cell = cell_state("c");
        if (told == "running") {
            EXPECT_EQ(cell, "running") << where;
        } else if (told == "created") {
            // The monitor of a dead create undoes it, maybe just now.
            EXPECT_TRUE(cell == "shut down" ||
                        Sandbox::eventually([this] { return status() != "created"; }))
                << where << ": " << cell;
        } else {
            EXPECT_TRUE(told == "absent" || told == "stopped") << where << ": " << told;
            // A kill ends the monitor first, and with it the container; the cell goes on until
            // delete if the kill itself dies then.
            const bool killing = where.starts_with("kill") || where.starts_with("delete");
            EXPECT_TRUE(killing || cell != "running") << where << ": told is " << told;
        }
    }
    void expect_nothing_left(const std::string& where) override {
        const Machine now = server.look();
        EXPECT_EQ(cell_state("c"), "") << where;
        if (!now.enabled()) return;
        const bool theirs = cell_state("theirs") != "";
        EXPECT_EQ(now.cells().size(), theirs ? 2U : 1U) << where;
        EXPECT_EQ(now.cells().at(0).cpus.size(), theirs ? 3U : 4U) << where;
        if (theirs) {
            EXPECT_EQ(now.cells().at(1).cpus, std::set<unsigned>{3}) << where;
        }
        std::error_code none;
        for (const auto& entry :
             std::filesystem::directory_iterator(node_.state_dir() + "/@cache/jailhouse", none)) {
            // Locks are nothing by themselves.
            EXPECT_TRUE(entry.path().filename() == ".driver.lock" ||
                        entry.path().filename() == ".console.lock")
                << where << ": " << entry.path();
        }
    }
    Result refused(const std::vector<std::string>& args, const std::string& message) {
        Result result = node_.run(args);
        EXPECT_NE(result.status, 0) << args[0];
        EXPECT_NE(result.err.find(message), std::string::npos) << result.err;
        return result;
    }
    Result create_refused(const std::string& message) {
        return refused({"create", "--bundle", bundle_, "c"}, message);
    }
    // Starts the command, kills it within its next call of the driver, and lets that go on.
    void killed_in_a_call(const std::vector<std::string>& args) {
        server.set_delay(std::chrono::milliseconds(400));
        const unsigned before = server.calls();
        const pid_t pid = begin(args);
        EXPECT_TRUE(Sandbox::eventually([&] { return server.calls() > before; }));
        ::kill(pid, SIGKILL);
        int status = 0;
        ::waitpid(pid, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "it has ended before it was killed";
        server.set_delay(std::chrono::milliseconds(0));
    }

    using Model::server;

  private:
    pid_t begin(const std::vector<std::string>& args) {
        std::vector<std::string> argv = node_.command(args), env = node_.environment();
        std::vector<char*> words, variables;
        for (std::string& word : argv) words.push_back(word.data());
        for (std::string& word : env) variables.push_back(word.data());
        words.push_back(nullptr);
        variables.push_back(nullptr);
        const pid_t pid = ::fork();
        if (pid == 0) {
            ::execve(words[0], words.data(), variables.data());
            ::_exit(127);
        }
        return pid;
    }
};

TEST_F(JailhouseCrash, CreateDiesAtEveryEffect) {
    sweep_create(20);
}

TEST_F(JailhouseCrash, StartDiesAtEveryEffect) {
    sweep_start(3);
}

TEST_F(JailhouseCrash, KillDiesAtEveryEffect) {
    sweep_kill(1);
}

TEST_F(JailhouseCrash, DeleteDiesAtEveryEffect) {
    sweep_delete(5);
}

// What is not an effect of the command itself, but of the child that makes the call for it: the
// cell is made after its maker is dead.
TEST_F(JailhouseCrash, CreateDiesWithinItsCalls) {
    killed_in_a_call({"create", "--bundle", bundle_, "c"});
    expect_truth(status(), "create");
    expect_clean_after_delete("create");
    killed_in_a_call({"create", "--bundle", bundle_, "c"});
    create();  // the name is free, whatever the dead one still does
}

TEST_F(JailhouseCrash, StartAndDeleteDieWithinTheirCalls) {
    create();
    killed_in_a_call({"start", "c"});
    EXPECT_TRUE(Sandbox::eventually([this] { return status() == "running"; }));
    killed_in_a_call({"delete", "--force", "c"});
    expect_clean_after_delete("delete");
}

// ---- what Jailhouse does that one would not expect

TEST_F(JailhouseCrash, SuccessWithoutACell) {
    change([](Machine& model) { model.ignore_next = true; });
    create_refused("the driver reports success, and has made no cell");
    EXPECT_EQ(status(), "absent");
    expect_clean_after_delete("success");
}

TEST_F(JailhouseCrash, BusyAndNoMemory) {
    for (const int number : {EBUSY, ENOMEM, EEXIST, EINVAL, E2BIG}) {
        change([&](Machine& model) { model.fail_next = number; });
        create_refused("create cell");
        EXPECT_EQ(status(), "absent") << number;
    }
    expect_clean_after_delete("errors");
}

TEST_F(JailhouseCrash, LockedCellIsNamed) {
    change([](Machine& model) { model.lock(*model.find("theirs")); });
    create_refused("cell \\\"theirs\\\" (1) is running and locked");
    change([](Machine& model) { model.find("theirs")->state = "running"; });
    start();
    change([](Machine& model) { model.lock(*model.find("theirs")); });
    refused({"delete", "--force", "c"}, "cell \\\"theirs\\\" (1) is running and locked");
    change([](Machine& model) { model.find("theirs")->state = "running"; });
    EXPECT_EQ(cell_state("theirs"), "running");
}

TEST_F(JailhouseCrash, LongNamesStayApart) {
    const std::string prefix(40, 'n');
    for (const char* end : {"-one", "-two"}) {
        ok({"create", "--bundle", bundle_, prefix + end});
    }
    EXPECT_EQ(server.look().cells().size(), 4U);
    for (const char* end : {"-one", "-two"}) ok({"delete", "--force", prefix + end});
}

TEST_F(JailhouseCrash, CallThatHangs) {
    allow_ms(300);
    change([](Machine& model) { model.hang_next = true; });
    create_refused("Jailhouse has not answered for 300 ms");
    EXPECT_EQ(status(), "absent");
    start();
    change([](Machine& model) { model.hang_next = true; });
    refused({"kill", "c", "KILL"}, "Jailhouse has not answered for 300 ms");
    EXPECT_EQ(cell_state("c"), "running");
    allow_ms(timeout_ms);
    expect_clean_after_delete("hung");
}

TEST_F(JailhouseCrash, SlowCallsAreWaitedFor) {
    server.set_delay(std::chrono::milliseconds(150));
    start();
    ok({"kill", "c", "KILL"});
    ok({"delete", "c"});
    server.set_delay(std::chrono::milliseconds(0));
}

TEST_F(JailhouseCrash, CellDestroyedBehindOurBack) {
    start();
    change([](Machine& model) {
        auto& root = model.cells().at(0).cpus;
        const auto* cell = model.find("c");
        root.insert(cell->cpus.begin(), cell->cpus.end());
        model.cells().erase(cell->id);
    });
    EXPECT_TRUE(Sandbox::eventually([this] { return status() == "stopped"; })) << status();
    expect_clean_after_delete("destroyed");
}

// The number is another one's by then.
TEST_F(JailhouseCrash, CellReplacedBehindOurBack) {
    start();
    change([](Machine& model) { model.find("c")->config.name = "another"; });
    EXPECT_TRUE(Sandbox::eventually([this] { return status() == "stopped"; })) << status();
    ok({"delete", "--force", "c"});
    EXPECT_EQ(cell_state("another"), "running");
    change([](Machine& model) { model.find("another")->config.name = "c"; });
    change([](Machine& model) {
        auto& root = model.cells().at(0).cpus;
        const auto* cell = model.find("c");
        root.insert(cell->cpus.begin(), cell->cpus.end());
        model.cells().erase(cell->id);
    });
}

TEST_F(JailhouseCrash, DisabledAndEnabledMeanwhile) {
    start();
    change([](Machine& model) { model.disable(); });
    EXPECT_TRUE(Sandbox::eventually([this] { return status() == "stopped"; })) << status();
    change([](Machine& model) { model.enable(); });
    EXPECT_EQ(status(), "stopped");
    expect_clean_after_delete("enabled again");
    start();
    change([](Machine& model) { model.disable(); });
    ok({"delete", "--force", "c"});
    change([](Machine& model) { model.enable(); });
}

}  // namespace
}  // namespace phi::test
