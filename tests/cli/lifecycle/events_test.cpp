// SPDX-License-Identifier: Apache-2.0
// events: what a partition uses, in runc's documents.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <rapidjson/pointer.h>
#include <signal.h>
#include <sys/wait.h>

#include "core/base/json.hpp"
#include "core/base/process.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "core/live/usage.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

constexpr const char* fake_stats =
    R"({"format": "runphi.stats/1", "cpu": {"total_ns": 4000, "user_ns": 3000, "system_ns": 1000,
        "per_cpu_ns": [1500, 2500]}, "memory": {"usage": 7340032, "peak": 8388608},
        "block": {"read_bytes": 512, "write_bytes": 1024, "read_ops": 1, "write_ops": 2},
        "network": [{"name": "eth0", "rx_bytes": 11, "tx_packets": 3}]})";

class Events : public ::testing::Test {
  protected:
    Events()
        : node_("fake", text("\"backend_settings\": {\"fake\": {\"stats\": ", fake_stats, "}}")) {}
    ~Events() override { node_.run({"delete", "--force", "c"}); }

    void start(const std::string& config) {
        const std::string bundle = node_.inmate_bundle("bundle", "spin\n", config);
        ASSERT_EQ(node_.run({"create", "--bundle", bundle, "c"}).err, "");
        ASSERT_EQ(node_.run({"start", "c"}).err, "");
    }
    static std::uint64_t number(const json::Document& document, const char* place) {
        const auto* value = rapidjson::GenericPointer<json::Value>(place).Get(document);
        return value != nullptr && value->IsUint64() ? value->GetUint64() : 0;
    }
    static bool has(const json::Document& document, const char* place) {
        return rapidjson::GenericPointer<json::Value>(place).Get(document) != nullptr;
    }

    Sandbox node_;
};

TEST_F(Events, StatsAreOneLineInRuncsForm) {
    start("\"linux\": {\"resources\": {\"memory\": {\"limit\": 67108864}}}");
    const Result told = node_.run({"events", "--stats", "c"});
    EXPECT_EQ(told.status, 0);
    EXPECT_EQ(told.err, "");
    ASSERT_EQ(told.out.find('\n'), told.out.size() - 1) << told.out;
    const auto line = json::parse(told.out, "events");
    EXPECT_STREQ(line["type"].GetString(), "stats");
    EXPECT_STREQ(line["id"].GetString(), "c");
    for (const char* place :
         {"/data/cpu/usage/kernel", "/data/cpu/usage/user", "/data/cpu/throttling",
          "/data/cpuset/cpu_exclusive", "/data/memory/usage/limit", "/data/memory/usage/failcnt",
          "/data/memory/swap", "/data/memory/kernel", "/data/memory/kernelTCP", "/data/pids",
          "/data/blkio", "/data/hugetlb", "/data/intel_rdt", "/data/network_interfaces"})
        EXPECT_TRUE(has(line, place)) << place << ": " << told.out;
    EXPECT_EQ(number(line, "/data/memory/usage/limit"), 67108864U) << "the grant's size";
    EXPECT_EQ(number(line, "/data/pids/current"), 2U);
    EXPECT_EQ(number(line, "/data/cpuset/cpus/0"), 0U);
    // Without a cgroup of its own, the backend is all there is to ask.
    EXPECT_EQ(number(line, "/data/cpu/usage/total"), 4000U);
    EXPECT_EQ(number(line, "/data/cpu/usage/percpu/1"), 2500U);
    EXPECT_EQ(number(line, "/data/memory/usage/usage"), 7340032U);
    EXPECT_EQ(number(line, "/data/blkio/ioServiceBytesRecursive/1/value"), 1024U);
    EXPECT_EQ(number(line, "/data/network_interfaces/0/RxBytes"), 11U);
}

TEST_F(Events, AContainerInACgroupOfItsOwnHasThatOnesFigures) {
    start("\"linux\": {\"cgroupsPath\": \"" + node_.cgroup() + "/c\"}");
    const auto line = json::parse(node_.run({"events", "--stats", "c"}).out, "events");
    EXPECT_GT(number(line, "/data/cpu/usage/total"), 4000U) << "more than the fake claims";
    EXPECT_GE(number(line, "/data/pids/current"), 2U);
    EXPECT_TRUE(has(line, "/data/memory/raw"));
    EXPECT_EQ(number(line, "/data/network_interfaces/0/RxBytes"), 11U)
        << "what the cgroup does not know";
}

TEST_F(Events, AStreamEndsWithTheContainer) {
    start("\"linux\": {\"cgroupsPath\": \"" + node_.cgroup() + "/c\"}");
    const UniqueFd out(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    const Spawned events = spawn({node_.command({"events", "--interval", "10ms", "c"}),
                                  node_.environment(),
                                  {{out.get(), 1}},
                                  -1,
                                  true,
                                  true});
    EXPECT_TRUE(Sandbox::eventually([&] {
        return split(read_fd(out.get(), "events"), '\n').size() > 3;
    })) << "several lines, one an interval";
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
    int status = -1;
    ::waitpid(events.id.pid, &status, 0);
    EXPECT_EQ(status, 0);
    const std::string told = read_fd(out.get(), "events");
    for (const auto line : split(told, '\n'))
        EXPECT_TRUE(line.empty() || json::parse(line, "events").IsObject());
}

TEST_F(Events, RefusalsAreRuncs) {
    start("");
    const auto refused = [&](const std::vector<std::string>& args, const std::string& words) {
        const Result told = node_.run(args);
        EXPECT_EQ(told.status, 1);
        EXPECT_NE(told.err.find(words), std::string::npos) << told.err;
    };
    refused({"events", "--interval", "0", "c"}, "duration interval must be greater than 0");
    refused({"events", "--stats", "--interval=-1s", "c"},
            "duration interval must be greater than 0");
    refused({"events", "nobody"}, "container does not exist");
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
    ASSERT_TRUE(Sandbox::eventually([&] {
        return node_.run({"events", "--stats", "c"})
                   .err.find("container with id c is not running") != std::string::npos;
    }));
}

TEST_F(Events, ABackendThatTellsNonsenseIsNamed) {
    start("");
    node_.configure("\"backend_settings\": {\"fake\": {\"stats\": {\"format\": \"x\"}}}");
    const Result told = node_.run({"events", "--stats", "c"});
    EXPECT_EQ(told.status, 1);
    EXPECT_NE(told.err.find("backend fake: format"), std::string::npos) << told.err;
    node_.configure("\"backend_settings\": {\"fake\": {\"fail\": {\"stats\": 10}}}");
    EXPECT_EQ(node_.run({"events", "--stats", "c"}).status, 1);
    node_.configure("");
}

// ---- the figures of a cgroup, from files as the kernel writes them

class CgroupFigures : public ::testing::Test {
  protected:
    CgroupFigures() {
        char name[] = "/tmp/runphi-cgroup-XXXXXX";
        dir_ = ::mkdtemp(name);
    }
    ~CgroupFigures() override { run_program({"/bin/rm", "-r", dir_}); }
    void file(const std::string& name, const std::string& content) {
        write_text(dir_ + "/" + name, content);
    }
    live::Usage usage() { return live::usage_of_cgroup(live::Cgroup({dir_})); }

    std::string dir_;
};

TEST_F(CgroupFigures, OfVersion2) {
    file("cpu.stat",
         "usage_usec 90\nuser_usec 60\nsystem_usec 30\nnr_periods 7\nnr_throttled 2\n"
         "throttled_usec 5\n");
    file("memory.current", "4096\n");
    file("memory.peak", "8192\n");
    file("memory.max", "max\n");
    file("memory.stat", "anon 1\nfile 2048\n");
    file("memory.events", "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\n");
    file("memory.swap.current", "100\n");
    file("pids.current", "5\n");
    file("pids.max", "max\n");
    file("cpuset.cpus", "0,2-3\n");
    file("io.stat", "8:16 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n\nnonsense\n");
    const auto found = usage();
    EXPECT_EQ(found.cpu.total_ns, 90'000U);
    EXPECT_EQ(found.cpu.kernel_ns, 30'000U);
    EXPECT_EQ(found.cpu.throttled_ns, 5'000U);
    EXPECT_EQ(found.memory.usage.usage, 4096U);
    EXPECT_EQ(found.memory.usage.failcnt, 3U);
    EXPECT_EQ(found.memory.swap.usage, 4196U);
    EXPECT_EQ(found.memory.cache, 2048U);
    EXPECT_EQ(found.pids, 5U);
    EXPECT_EQ(found.pids_limit, 0U);
    EXPECT_EQ(found.cpuset.cpus, (std::vector<unsigned>{0, 2, 3}));
    const auto& bytes = found.block.at("ioServiceBytesRecursive");
    ASSERT_EQ(bytes.size(), 3U);
    EXPECT_EQ(bytes[1].op, "Write");
    EXPECT_EQ(bytes[1].value, 20U);
    EXPECT_EQ(bytes[1].minor, 16U);
}

TEST_F(CgroupFigures, OfVersion1) {
    file("cpuacct.usage", "123456\n");
    file("cpuacct.usage_percpu", "100000 23456 \n");
    file("cpuacct.stat", "user 2\nsystem 1\n");
    file("cpu.cfs_quota_us", "-1\n");
    file("cpu.stat", "nr_periods 4\nnr_throttled 3\nthrottled_time 99\n");
    file("memory.usage_in_bytes", "4096\n");
    file("memory.max_usage_in_bytes", "8192\n");
    file("memory.failcnt", "6\n");
    file("memory.stat", "cache 77\nrss 5\n");
    file("blkio.throttle.io_service_bytes_recursive", "8:0 Read 5\n8:0 Total 5\nTotal 5\n");
    const auto found = usage();
    EXPECT_EQ(found.cpu.total_ns, 123456U);
    EXPECT_EQ(found.cpu.per_cpu_ns, (std::vector<std::uint64_t>{100000, 23456}));
    EXPECT_EQ(found.cpu.user_ns, 2 * found.cpu.kernel_ns);
    EXPECT_EQ(found.cpu.throttled_ns, 99U);
    EXPECT_EQ(found.memory.usage.max, 8192U);
    EXPECT_EQ(found.memory.usage.failcnt, 6U);
    EXPECT_EQ(found.memory.cache, 77U);
    EXPECT_EQ(found.block.at("ioServiceBytesRecursive").size(), 2U);
}

TEST_F(CgroupFigures, OfNone) {
    const auto found = live::usage_of_cgroup(live::Cgroup({}));
    EXPECT_EQ(found.cpu.total_ns, 0U);
    EXPECT_EQ(found.memory.usage.usage, 0U);
    EXPECT_TRUE(found.block.empty());
}

}  // namespace
}  // namespace phi::test
