// SPDX-License-Identifier: Apache-2.0
// Containers as Jailhouse cells, by the command line and the real plugin, on the model of
// Jailhouse.
#include "cli/jailhouse/cells.hpp"
#include "plugins/jailhouse/format/c_source.hpp"

namespace phi::test {
namespace {

TEST_F(Cells, FromCreatedToDeleted) {
    created("c", "instructions");
    EXPECT_TRUE(has_status("created"));
    EXPECT_EQ(cell("c").state, "shut down");
    EXPECT_EQ(cell("c").cpus.size(), 1U);
    ok({"start", "c"});
    EXPECT_TRUE(has_status("running"));
    EXPECT_EQ(cell("c").state, "running");
    EXPECT_EQ(cell("c").started_with.substr(0, 12), "instructions");
    ok({"kill", "c", "KILL"});
    await_status("stopped");
    EXPECT_EQ(cell("c").state, "shut down");
    ok({"delete", "c"});
    EXPECT_EQ(server_.look().cells().at(0).cpus.size(), 4U);
}

TEST_F(Cells, ConfigurationLiesInTheContainersFolder) {
    created("c", "instructions");
    const std::string bytes = file("c", "c.cell");
    const jh::Cell config = jh::read_cell(bytes, jh::Layout::master, "c.cell");
    EXPECT_EQ(config.name, "c");
    EXPECT_EQ(config.arch, machine_arch);
    ASSERT_FALSE(config.regions.empty());
    EXPECT_EQ(config.regions[0].phys_start, pool);
    EXPECT_EQ(file("c", "c.c"), jh::c_source(config, jh::Layout::master));
    const Result checked = node_.run(
        {"jailhouse", "check", folder_.path() + "/system.cell", node_.state_dir() + "/c/c.cell"});
    EXPECT_EQ(checked.out, "system \"root\", 1 cell: 0 errors, 0 warnings\n") << checked.err;
}

TEST_F(Cells, MemoryIsClean) {
    created("c", std::string(10000, 's'));
    ok({"delete", "--force", "c"});
    created("d", "short");
    EXPECT_EQ(server_.look().memory(pool, 10000), "short" + std::string(9995, '\0'));
}

TEST_F(Cells, CellThatEndsOrFails) {
    created("c", "instructions");
    ok({"start", "c"});
    server_.change([](Machine& machine) { machine.end(*machine.find("c")); });
    await_status("stopped");
    ok({"delete", "c"});
    created("c", "instructions");
    ok({"start", "c"});
    server_.change([](Machine& machine) { machine.fail(*machine.find("c")); });
    await_status("stopped");
}

TEST_F(Cells, TwoAtOnceAndNoMoreThanThereAre) {
    created("c", "one");
    created("d", "two");
    EXPECT_NE(cell("c").cpus, cell("d").cpus);
    EXPECT_NE(cell("c").config.regions[0].phys, cell("d").config.regions[0].phys);
    ok({"start", "d"});
    EXPECT_EQ(cell("d").started_with.substr(0, 3), "two");
    EXPECT_EQ(cell("c").state, "shut down");
}

TEST_F(Cells, LockedCellOfSomebodyElse) {
    created("d", "theirs");
    ok({"start", "d"});
    server_.change([](Machine& machine) { machine.lock(*machine.find("d")); });
    const Result refused = create("c", "instructions");
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.err.find("cell \\\"d\\\" (1) is running and locked"), std::string::npos)
        << refused.err;
    server_.change([](Machine& machine) { machine.end(*machine.find("d")); });
}

TEST_F(Cells, WhatTheDriverRefusesLeavesNothing) {
    server_.change([](Machine& machine) { machine.fail_next = ENOMEM; });
    const Result refused = create("c", "instructions");
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.err.find("the hypervisor has no memory left"), std::string::npos)
        << refused.err;
    created("c", "instructions");
}

TEST_F(Cells, InmateThatDoesNotFit) {
    const Result refused = create("c", std::string((2U << 20) + 1, 'x'));
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.err.find("the inmate needs 2097153 bytes from 0x0 on, and its memory has "
                               "2097152"),
              std::string::npos)
        << refused.err;
}

TEST_F(Cells, PluginHoldsTheContract) {
    server_.change([](Machine& machine) { machine.first_words = "hello\n"; });
    const Result result =
        run_program({build_dir() + "/bin/runphi-plugin-check", "--inmate",
                     folder_.write("inmate", "code"), "--memory", "2097152", "--settings",
                     backend_settings(), "--board", node_.dir() + "/board.json",
                     node_.dir() + "/backends/jailhouse/runphi-backend-jailhouse.so"});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_EQ(result.out.find("printed nothing"), std::string::npos) << result.out;
}

TEST_F(Cells, BoardOfTheMachineIsWritten) {
    folder_.write("machine/proc/iomem", "00001000-0009ffff : System RAM\n");
    std::string with_machine = settings();
    with_machine.insert(with_machine.find("\"device\""),
                        "\"linux_root\": \"" + folder_.path() + "/machine\", ");
    node_.configure(with_machine);
    const std::string file = node_.dir() + "/board.json";
    server_.change([](Machine& machine) { machine.find("root")->cpus.erase(2); });
    ok({"board", "--discover", file});
    const std::string found = read_text(file);
    EXPECT_EQ(found, node_.run({"board", "--discover"}).out);
    EXPECT_NE(found.find("\"ids\": \"1,3\""), std::string::npos) << found;
    EXPECT_NE(found.find("\"comment\": \"found by the Jailhouse backend in "), std::string::npos);
    created("c", "instructions");
    EXPECT_NE(node_.run({"board"}).out.find("cells0"), std::string::npos);
    ok({"delete", "--force", "c"});

    // What is refused leaves the file as it was.
    folder_.write("machine/proc/iomem", "00000000-00000000 : System RAM\n");
    const Result refused = node_.run({"board", "--discover", file});
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.err.find("read it as root"), std::string::npos) << refused.err;
    EXPECT_EQ(read_text(file), found);
}

TEST_F(Cells, MachineWithoutJailhouse) {
    server_.change([](Machine& machine) { machine.disable(); });
    const Result refused = create("c", "instructions");
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.err.find("Jailhouse is not enabled"), std::string::npos) << refused.err;
    server_.change([](Machine& machine) { machine.enable(); });
}

}  // namespace
}  // namespace phi::test
