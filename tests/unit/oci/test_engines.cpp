// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "core/oci/spec.hpp"
#include "folder.hpp"

// Configurations as the engines write them.
namespace phi::oci {
namespace {

Spec config(const char* name) {
    return parse_spec(test::content(std::string(OCI_TEST_DIR "/configs/") + name));
}

TEST(Engines, Containerd) {
    const Spec spec = config("containerd.json");
    EXPECT_EQ(spec.root_path, "rootfs");
    EXPECT_FALSE(spec.root_readonly);
    EXPECT_EQ(spec.process->args.back(), "echo hello");
    EXPECT_EQ(spec.process->user.additional_gids.size(), 11U);
    EXPECT_EQ(spec.process->capabilities->bounding.size(), 14U);
    EXPECT_FALSE(spec.process->oom_score_adj);
    EXPECT_EQ(spec.mounts.size(), 6U);
    EXPECT_EQ(spec.cgroups_path, "/default/hello");
    EXPECT_EQ(spec.namespaces.size(), 5U);
    EXPECT_EQ(*spec.annotation("org.runphi.guest"), "linux");
    EXPECT_FALSE(spec.resources.memory_limit);
    EXPECT_EQ(spec.resources.cpus, "");
}

TEST(Engines, ContainerdForKubernetes) {
    const Spec spec = config("kubernetes.json");
    EXPECT_EQ(spec.process->user.uid, 65534U);
    EXPECT_EQ(spec.process->oom_score_adj, -997);
    EXPECT_EQ(spec.resources.memory_limit, 134217728);
    EXPECT_EQ(spec.resources.cpu_quota, 50000);
    EXPECT_EQ(spec.resources.cpu_period, 100000U);
    EXPECT_EQ(spec.namespaces.at(4).path, "/proc/3187/ns/net");
    EXPECT_EQ(*spec.annotation("io.kubernetes.cri.container-type"), "container");
    EXPECT_EQ(spec.mounts.back().type, "bind");
}

TEST(Engines, Docker) {
    const Spec spec = config("docker.json");
    EXPECT_TRUE(spec.process->terminal);
    EXPECT_EQ(spec.process->console_width, 211);
    EXPECT_EQ(*spec.environment("KERNEL"), "/boot/Image");
    EXPECT_EQ(spec.hostname, "3f6c2d1b0a9e");
    ASSERT_EQ(spec.hooks.prestart.size(), 1U);
    EXPECT_EQ(spec.hooks.prestart[0].path, "/proc/812/exe");
    EXPECT_EQ(spec.hooks.prestart[0].args.at(0), "libnetwork-setkey");
    EXPECT_EQ(spec.sysctl.at("net.ipv4.ping_group_range"), "0 2147483647");
    EXPECT_FALSE(spec.resources.memory_limit);
    EXPECT_FALSE(spec.resources.cpu_quota);
}

TEST(Engines, Podman) {
    const Spec spec = config("podman.json");
    EXPECT_EQ(spec.process->user.umask, 022U);
    ASSERT_EQ(spec.process->rlimits.size(), 2U);
    EXPECT_EQ(spec.process->rlimits[1].soft, std::numeric_limits<std::uint64_t>::max());
    EXPECT_TRUE(spec.process->capabilities->ambient.empty());
    EXPECT_EQ(spec.cgroups_path, "machine.slice:libpod:b1");
    EXPECT_FALSE(spec.resources.memory_limit);
    EXPECT_FALSE(spec.resources.cpu_quota);
    EXPECT_EQ(spec.resources.cpus, "0-1");
    EXPECT_EQ(*spec.annotation("org.runphi.vcpus"), "2");
}

TEST(Engines, CriO) {
    const Spec spec = config("crio.json");
    EXPECT_EQ(spec.process->user.uid, 1001U);
    EXPECT_EQ(spec.process->cwd, "/srv");
    EXPECT_TRUE(spec.process->rlimits.empty());
    EXPECT_EQ(spec.process->oom_score_adj, 1000);
    EXPECT_TRUE(spec.hooks.prestart.empty());
    EXPECT_EQ(spec.hooks.poststop.at(0).timeout_s, 10U);
    EXPECT_EQ(spec.resources.memory_limit, 268435456);
    EXPECT_FALSE(spec.resources.cpu_quota);
    EXPECT_EQ(spec.namespaces.at(2).path, "/var/run/ipcns/2e");
}

}  // namespace
}  // namespace phi::oci
