// SPDX-License-Identifier: Apache-2.0
// update: what of a living partition can change, and that all else is refused by name.
#include <gtest/gtest.h>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/live/cpu_limits.hpp"
#include "core/live/resources.hpp"
#include "core/monitor/cgroup.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

// The fake board has the CPUs 0 to 7, each for one partition.
class Update : public ::testing::Test {
  protected:
    Update() : node_("fake") {}
    ~Update() override {
        node_.configure("");
        for (const char* id : {"c", "d"}) node_.run({"delete", "--force", id});
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
    }

    void start(const std::string& resources = "{}") {
        create("c", text("\"cgroupsPath\": \"", node_.cgroup(), "/c\", "), resources);
        ASSERT_EQ(node_.run({"start", "c"}).err, "");
    }
    void create(const std::string& id, const std::string& cgroup, const std::string& resources) {
        const std::string bundle =
            node_.inmate_bundle("bundle-" + id, "spin\n",
                                text("\"linux\": {", cgroup, "\"resources\": ", resources, "}"));
        ASSERT_EQ(node_.run({"create", "--bundle", bundle, id}).err, "");
    }
    Result update(const std::string& resources) {
        return node_.run({"update", "--resources", "-", "c"}, resources);
    }
    void expect_done(const Result& result) {
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_EQ(result.out + result.err, "") << "success is silent";
    }
    void expect_refused(const Result& result, const std::vector<std::string>& words) {
        EXPECT_EQ(result.status, 1);
        for (const auto& word : words)
            EXPECT_NE(result.err.find(word), std::string::npos) << word << ": " << result.err;
    }
    // A file of the container's cgroup, in whichever hierarchy has it.
    std::string cgroup_file(const std::string& name) {
        for (const auto& mount : monitor::cgroup_mounts(read_text("/proc/self/mountinfo"))) {
            const std::string content = read_text(mount.path + node_.cgroup() + "/c/" + name);
            if (!content.empty()) return content;
        }
        return {};
    }
    std::string assigned(const char* id = "c") {
        return read_text(node_.state_dir() + "/" + id + "/assignedCPUs");
    }
    std::string moved_to() { return read_text(node_.state_dir() + "/c/fake-cpus"); }
    std::string board() { return node_.run({"board"}).out; }

    Sandbox node_;
};

TEST_F(Update, WhatEnginesSendToChangeNothingChangesNothing) {
    start(R"({"memory": {"limit": 100000000, "swap": 200000000}, "pids": {"limit": 50}})");
    // Docker, for a container without limits; then CRI, which sends all of the configuration again.
    expect_done(
        update(R"({"memory": {"limit": 0, "reservation": 0}, "cpu": {"shares": 0, "quota": 0,
        "period": 0, "realtimeRuntime": 0, "realtimePeriod": 0, "cpus": "", "mems": ""},
        "blockIO": {"weight": 0}})"));
    expect_done(update(R"({"devices": [{"allow": false, "access": "rwm"}],
        "memory": {"limit": 100000000, "swap": 200000000}, "pids": {"limit": 50},
        "hugepageLimits": [{"pageSize": "2MB", "limit": 0}], "unified": {}, "network": null,
        "cpu": {"mems": ""}})"));
    expect_done(update("{}"));
    expect_done(node_.run({"update", "c"}));
}

TEST_F(Update, CpuTimeIsLimitedInTheCgroup) {
    start();
    expect_done(update(R"({"cpu": {"shares": 512, "quota": 20000, "period": 50000}})"));
    if (cgroup_file("cpu.shares").empty()) {
        EXPECT_EQ(cgroup_file("cpu.max"), "20000 50000\n");
        EXPECT_EQ(cgroup_file("cpu.weight"), "20\n");
    } else {
        EXPECT_EQ(cgroup_file("cpu.shares"), "512\n");
        EXPECT_EQ(cgroup_file("cpu.cfs_quota_us"), "20000\n");
        EXPECT_EQ(cgroup_file("cpu.cfs_period_us"), "50000\n");
        expect_done(node_.run({"update", "--cpu-quota", "-1", "--cpu-share=1024", "c"}));
        EXPECT_EQ(cgroup_file("cpu.shares"), "1024\n");
        EXPECT_EQ(cgroup_file("cpu.cfs_quota_us"), "-1\n");
        EXPECT_EQ(cgroup_file("cpu.cfs_period_us"), "50000\n") << "0 and absent are unchanged";
        expect_refused(update(R"({"cpu": {"shares": 2048, "quota": 1}})"),
                       {"cpu.cfs_quota_us", "invalid argument"});
        EXPECT_EQ(cgroup_file("cpu.shares"), "1024\n") << "all of it or nothing";
    }
}

TEST_F(Update, WithoutACgroupOfItsOwnCpuTimeCannotBeLimited) {
    const std::string bundle = node_.inmate_bundle("bundle", "spin\n");
    ASSERT_EQ(node_.run({"create", "--bundle", bundle, "c"}).err, "");
    expect_refused(update(R"({"cpu": {"shares": 512}})"), {"container c", "cgroup", "cgroupsPath"});
}

TEST_F(Update, CpusMoveWithinWhatTheBoardHasFree) {
    start(R"({"cpu": {"cpus": "0-1"}})");
    create("d", "", R"({"cpu": {"cpus": "2"}})");
    expect_done(update(R"({"cpu": {"cpus": "1,4"}})"));
    EXPECT_EQ(assigned(), "1,4\n");
    EXPECT_EQ(moved_to(), "1\n4\n");
    EXPECT_NE(board().find("free 5 of 8 CPUs"), std::string::npos) << "given back: " << board();
    EXPECT_NE(read_text(node_.state_dir() + "/c/configc.conf").find("\"list\": [\n"),
              std::string::npos);
    expect_refused(update(R"({"cpu": {"cpus": "2,4"}})"), {"2 held by d", "CPU"});
    expect_refused(update(R"({"cpu": {"cpus": "4-6"}})"), {"3 CPUs", "2 virtual"});
    expect_refused(update(R"({"cpu": {"cpus": "8,9"}})"), {"8-9"});
    expect_refused(update(R"({"cpu": {"cpus": "x"}})"), {"\\\"x\\\"", "list of CPUs"});
    EXPECT_EQ(assigned(), "1,4\n");
    expect_done(node_.run({"update", "--cpuset-cpus", "5-6", "c"}));
    EXPECT_EQ(moved_to(), "5\n6\n");
}

TEST_F(Update, AFailedMoveIsUndone) {
    start(R"({"cpu": {"cpus": "0-1"}})");
    const std::string before = board();
    const std::string plan = read_text(node_.state_dir() + "/c/configc.conf");
    for (const char* stage : {"cpu", "update", "update.late"}) {
        node_.configure(
            text("\"backend_settings\": {\"fake\": {\"fail\": {\"", stage, "\": 10}}}"));
        EXPECT_EQ(update(R"({"cpu": {"cpus": "6-7", "shares": 99}})").status, 1) << stage;
        node_.configure("");
        EXPECT_EQ(assigned(), "0-1\n") << stage;
        EXPECT_EQ(read_text(node_.state_dir() + "/c/configc.conf"), plan) << stage;
        EXPECT_EQ(cgroup_file("cpu.shares").find("99"), std::string::npos) << stage;
        // Where it could not be moved back, it keeps both until the next move.
        if (std::string(stage) != "cpu") {
            expect_done(update(R"({"cpu": {"cpus": "0-1"}})"));
            EXPECT_EQ(moved_to(), "0\n1\n");
        }
        EXPECT_EQ(board(), before) << stage;
    }
}

TEST_F(Update, ABackendThatCannotMoveIsNamed) {
    start(R"({"cpu": {"cpus": "0"}})");
    node_.configure("\"backend_settings\": {\"fake\": {\"capabilities\": 51}}");
    expect_refused(update(R"({"cpu": {"cpus": "1"}})"), {"fake", "has CPUs 0"});
    expect_done(update(R"({"cpu": {"cpus": "0"}})"));
}

TEST_F(Update, MemoryStaysWhatItIs) {
    start(R"({"memory": {"limit": 67108865}})");  // granted: whole pages
    expect_done(update(R"({"memory": {"limit": 67108865, "swap": 67108865}})"));
    expect_done(update(R"({"memory": {"limit": 67112960, "swap": -1, "reservation": 1048576}})"));
    expect_done(node_.run({"update", "--memory", "67112960", "--memory-swap", "-1", "c"}));
    expect_refused(update(R"({"memory": {"limit": 134217728}})"), {"128 MiB", "65540 KiB"});
    expect_refused(node_.run({"update", "--memory", "1g", "c"}), {"1 GiB", "65540 KiB"});
    expect_refused(update(R"({"memory": {"limit": -1}})"), {"no limit", "65540 KiB"});
    expect_refused(update(R"({"memory": {"swap": 268435456}})"), {"256 MiB", "swap"});
    expect_refused(update(R"({"memory": {"reservation": 268435456}})"), {"256 MiB"});
}

TEST_F(Update, WhatMeansNothingToAPartitionIsRefusedByName) {
    start();
    const std::vector<std::pair<const char*, const char*>> table = {
        {R"({"pids": {"limit": 100}})", "resources.pids"},
        {R"({"blockIO": {"weight": 100}})", "resources.blockIO"},
        {R"({"blockIO": {"throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 1}]}})",
         "resources.blockIO"},
        {R"({"hugepageLimits": [{"pageSize": "2MB", "limit": 2097152}]})",
         "resources.hugepageLimits"},
        {R"({"unified": {"memory.high": "1"}})", "resources.unified"},
        {R"({"network": {"classID": 1}})", "resources.network"},
        {R"({"rdma": {"mlx": {"hcaHandles": 3}}})", "resources.rdma"},
        {R"({"cpu": {"realtimeRuntime": 1000}})", "resources.cpu.realtimeRuntime"},
        {R"({"cpu": {"mems": "7"}})", "cpu.mems"},
        {R"({"somethingNew": {"a": 1}})", "resources.somethingNew"},
    };
    for (const auto& [resources, name] : table) expect_refused(update(resources), {name});
    expect_refused(node_.run({"update", "--pids-limit", "5", "c"}), {"resources.pids"});
    expect_refused(node_.run({"update", "--blkio-weight", "10", "c"}), {"resources.blockIO"});
    expect_refused(node_.run({"update", "--l3-cache-schema", "L3:0=f", "c"}), {"l3CacheSchema"});
    expect_done(node_.run({"update", "--pids-limit", "-1", "--blkio-weight", "0", "c"}));
}

TEST_F(Update, KernelMemoryIsIgnoredAsByRunc) {
    start();
    expect_done(node_.run({"update", "--kernel-memory", "1m", "--kernel-memory-tcp", "1m", "c"}));
}

TEST_F(Update, ReadsAFileAndRefusesNonsense) {
    start();
    const std::string file = node_.dir() + "/resources.json";
    write_text(file, R"({"memory": {"limit": 1}})");
    expect_refused(node_.run({"update", "-r", file, "c"}), {"1 bytes"});
    expect_refused(node_.run({"update", "-r", "/nonexistent", "c"}),
                   {"open /nonexistent: no such file or directory"});
    expect_refused(update(""), {"EOF"});
    expect_refused(update("{"), {"unexpected EOF"});
    expect_refused(update(R"({"memory": {"limit": "1"}})"), {"resources.memory.limit", "integer"});
    expect_refused(update(R"({"cpu": {"shares": -5}})"), {"resources.cpu.shares"});
    expect_refused(update("[]"), {"resources", "object"});
    expect_refused(node_.run({"update", "--cpu-period", "x", "c"}),
                   {"invalid value for cpu-period: strconv.ParseUint: parsing \\\"x\\\": invalid "
                    "syntax"});
    expect_refused(node_.run({"update", "--memory", "x", "c"}),
                   {"invalid value for memory: invalid size: 'x'"});
}

TEST_F(Update, AStoppedContainerIsNotRunning) {
    start();
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
    ASSERT_TRUE(Sandbox::eventually(
        [&] { return update("{}").err.find("container not running") != std::string::npos; }));
    EXPECT_EQ(update("{}").status, 1);
}

// ---- values

TEST(UpdateValues, MemoryIsReadAsGoReadsIt) {
    for (const auto& [size, bytes] :
         std::vector<std::pair<const char*, std::int64_t>>{{"-1", -1},
                                                           {"0", 0},
                                                           {"4096", 4096},
                                                           {"1k", 1024},
                                                           {"2M", 2 << 20},
                                                           {"1.5g", 3LL << 29},
                                                           {"1GiB", 1LL << 30},
                                                           {"3 kb", 3072},
                                                           {"7b", 7}})
        EXPECT_EQ(live::parse_memory(size), bytes) << size;
    for (const char* size : {"", "x", "1x", "-2", "1.2.3m", ".5m", "1 2", "m", "1kk", "1e3"})
        EXPECT_THROW(live::parse_memory(size), Error) << size;
}

TEST(UpdateValues, SharesBecomeWeights) {
    EXPECT_EQ(live::weight_of_shares(2), 1U);
    EXPECT_EQ(live::weight_of_shares(1024), 39U);
    EXPECT_EQ(live::weight_of_shares(262144), 10000U);
    EXPECT_EQ(live::weight_of_shares(9'999'999), 10000U);
}

}  // namespace
}  // namespace phi::test
