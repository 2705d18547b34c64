// SPDX-License-Identifier: Apache-2.0
// The container's cgroup: its path in every driver's form, and that everything of it is in there.
#include "core/monitor/cgroup.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "support/processes.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

using monitor::cgroup_path;

TEST(CgroupPath, OfTheCgroupfsDriverIsTakenAsItIs) {
    EXPECT_EQ(cgroup_path("/docker/abc", false), "/docker/abc");
    EXPECT_EQ(cgroup_path("docker//abc/./x/", false), "/docker/abc/x");
    EXPECT_EQ(cgroup_path("", false), "");
}

TEST(CgroupPath, OfTheSystemdDriverBecomesSlices) {
    EXPECT_EQ(cgroup_path("system.slice:docker:abc", true), "/system.slice/docker-abc.scope");
    EXPECT_EQ(cgroup_path("kubepods-burstable-pod1.slice:cri:x", true),
              "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-x.scope");
    EXPECT_EQ(cgroup_path(":crio:x", true), "/system.slice/crio-x.scope");
    EXPECT_THROW(cgroup_path("/docker/abc", true), Error);
}

TEST(CgroupPath, NeverLeavesTheHierarchy) {
    EXPECT_THROW(cgroup_path("/a/../../b", false), Error);
    EXPECT_THROW(cgroup_path("a.slice:..:../x", true), Error);
}

TEST(CgroupMounts, AreFoundInBothVersions) {
    const auto mounts = monitor::cgroup_mounts(
        "30 23 0:26 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu\n"
        "31 23 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
        "32 23 0:28 / /tmp rw - tmpfs tmpfs rw\n");
    ASSERT_EQ(mounts.size(), 2U);
    EXPECT_EQ(mounts[0].path, "/sys/fs/cgroup/cpu");
    EXPECT_FALSE(mounts[0].v2);
    EXPECT_TRUE(mounts[1].v2);
}

TEST(Cgroup, HoldsTheMonitorAndItsPartitionAndGoesWithThem) {
    const auto mounts = monitor::cgroup_mounts(read_text("/proc/self/mountinfo"));
    if (mounts.empty()) GTEST_SKIP() << "this machine has no cgroups";
    Sandbox node("fake");
    const std::string bundle = node.inmate_bundle(
        "bundle", "spin\n", "\"linux\": {\"cgroupsPath\": \"" + node.cgroup() + "/c\"}");
    ASSERT_EQ(node.run({"create", "--bundle", bundle, "c"}).err, "");
    const std::string pid = std::to_string(pid_of(node, "c"));
    unsigned joined = 0;
    for (const auto& mount : mounts) {
        const std::string procs = read_text(mount.path + node.cgroup() + "/c/cgroup.procs");
        if (procs.empty()) continue;
        ++joined;
        EXPECT_NE(("\n" + procs).find("\n" + pid + "\n"), std::string::npos) << mount.path;
        EXPECT_GE(split(procs, '\n').size(), 3U) << "the monitor and the partition: " << procs;
    }
    EXPECT_GE(joined, 1U);
    EXPECT_EQ(node.run({"delete", "--force", "c"}).err, "");
    EXPECT_EQ(node.remains(), "");
}

}  // namespace
}  // namespace phi::test
