// SPDX-License-Identifier: Apache-2.0
// What inmates print, how they end, and what they cost, on the model of Jailhouse.
#include <filesystem>

#include "cli/jailhouse/background.hpp"

namespace phi::test {
namespace {

class Console : public BackgroundCells {};

TEST_F(Console, IsTheContainersOutput) {
    server_.change(
        [](Machine& machine) { machine.print(machine.cells().at(0), "of others, before\n"); });
    const Spawned process = run_inmate();
    print("c", "hello\n");
    await_output("hello\n");
    created("d", "another");
    print("c", "wor");
    ok({"start", "d"});
    print("c", "ld\n");
    await_output("world\n");
    server_.change([](Machine& machine) { machine.end(*machine.find("c")); });
    EXPECT_EQ(status_of(process), 0);
    EXPECT_EQ(output(), "hello\nworld\n") << "and nothing of the hypervisor's own";
}

TEST_F(Console, PromptWithoutAnEndIsSeen) {
    const Spawned process = run_inmate();
    print("c", "Started ce");
    await_output("Started ce");
    ok({"kill", "c", "KILL"});
    EXPECT_EQ(status_of(process), 137);
}

TEST_F(Console, LineTellsTheExitStatus) {
    const Spawned process = run_inmate();
    print("c", "done\r\nrunphi: exit 7\r\nnot any more\n");
    EXPECT_EQ(status_of(process), 7);
    EXPECT_EQ(output(), "done\r\n");
    EXPECT_EQ(cell("c").state, "shut down") << "its CPU runs on no longer";
    EXPECT_TRUE(has_status("stopped"));
}

TEST_F(Console, FailedCellIsACrashWithItsLastWords) {
    const Spawned process = run_inmate();
    print("c", "about to write\n");
    server_.change([](Machine& machine) { machine.fail(*machine.find("c")); });
    EXPECT_EQ(status_of(process), 134);
    EXPECT_EQ(output(), "about to write\n");
    const std::string told = read_text(log());
    for (const char* part :
         {"the cell's state is \\\"failed\\\", failed CPUs 1",
          "Unhandled data write at 0xdead0000(4)", "its last words: about to write"}) {
        EXPECT_NE(told.find(part), std::string::npos) << part << ": " << told;
    }
}

TEST_F(Console, OneCellHasItAtATime) {
    const Spawned process = run_inmate();
    ok({"--debug", "--log", folder_.path() + "/log-d", "create", "--bundle",
        node_.inmate_bundle("bundle-d", "another"), "d"});
    ok({"start", "d"});
    EXPECT_NE(read_text(folder_.path() + "/log-d")
                  .find("cell \\\"d\\\" gets no console: the hypervisor has one, and cell "
                        "\\\"c\\\" has it"),
              std::string::npos)
        << read_text(folder_.path() + "/log-d");
    print("c", "still mine\n");
    await_output("still mine\n");
    EXPECT_EQ(cell("d").config.flags & 0xc0000000, 0U);
    ok({"kill", "c", "KILL"});
    EXPECT_EQ(status_of(process), 137);
    ok({"delete", "c"});
    ok({"delete", "--force", "d"});
    created("d", "the next");
    EXPECT_EQ(cell("d").config.flags & 0xc0000000, 0xc0000000);
}

TEST_F(Console, MoreThanTheHypervisorKeepsIsToldToBeMissing) {
    const Spawned process = run_inmate();
    print("c", std::string(3000, 'x') + "\nend\n");
    await_output("end\n");
    EXPECT_EQ(output().substr(0, 7), "<missed");
    ok({"kill", "c", "KILL"});
    EXPECT_EQ(status_of(process), 137);
}

TEST_F(Console, TermCannotBeAskedAndEndsIt) {
    const Spawned process = run_inmate();
    ok({"kill", "c", "TERM"});
    EXPECT_EQ(status_of(process), 143);
    EXPECT_EQ(cell("c").state, "shut down");
}

TEST_F(Console, PauseIsRefused) {
    const Spawned process = run_inmate();
    const Result refused = node_.run({"pause", "c"});
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.err.find("pause"), std::string::npos) << refused.err;
    ok({"kill", "c", "KILL"});
    EXPECT_EQ(status_of(process), 137);
}

TEST_F(Console, CellThatSomebodyElseDestroysHasFailed) {
    const Spawned process = run_inmate();
    await_status("running");
    server_.change([](Machine& machine) {
        const int id = machine.find("c")->id;
        machine.cells().at(0).cpus.insert(1);
        machine.cells().erase(id);
    });
    EXPECT_EQ(status_of(process), 134);
}

TEST_F(Console, CellThatIsDestroyedAsSoonAsItRunsHasFailed) {
    server_.change([](Machine& machine) { machine.destroy_started = true; });
    const std::string bundle = node_.inmate_bundle("bundle-c", "instructions");
    const Result ended = node_.run({"run", "--bundle", bundle, "c"});
    EXPECT_EQ(ended.status, 134) << ended.err;
}

TEST_F(Console, RelayThatDiesTakesTheCellWithIt) {
    const Spawned process = run_inmate();
    pid_t relay = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string folder = entry.path();
        if (read_text(folder + "/comm") != "runphi-relay\n") continue;
        const std::string stat = read_text(folder + "/stat");
        const pid_t monitor = std::stoi(stat.substr(stat.rfind(')') + 4));
        const std::string parent = "/proc/" + std::to_string(monitor) + "/stat";
        const std::string theirs = read_text(parent);
        if (monitor == process.id.pid ||
            std::stoi("0" + theirs.substr(theirs.rfind(')') + 4)) == process.id.pid) {
            relay = std::stoi(entry.path().filename());
        }
    }
    ASSERT_GT(relay, 0);
    ::kill(relay, SIGKILL);
    EXPECT_EQ(status_of(process), 134);
    EXPECT_EQ(cell("c").state, "shut down");
}

TEST_F(Console, StatisticsCountExits) {
    const Spawned process = run_inmate();
    server_.change([](Machine& machine) {
        machine.find("c")->exits = {{"total", 12}, {"hypercall", 5}};
    });
    const Result told = node_.run({"events", "--stats", "c"});
    EXPECT_EQ(told.status, 0) << told.err;
    for (const char* part : {"\"vm_exits\":{", "\"total\":12", "\"hypercall\":5", "\"psci\":0",
                             "\"cpus\":[1]", "\"usage\":2097152"}) {
        EXPECT_NE(told.out.find(part), std::string::npos) << part << ": " << told.out;
    }
    ok({"kill", "c", "KILL"});
    EXPECT_EQ(status_of(process), 137);
}

}  // namespace
}  // namespace phi::test
