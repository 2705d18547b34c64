// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "plugins/jailhouse/pools.hpp"
#include "plugins/jailhouse/settings.hpp"
#include "unit/jailhouse/samples.hpp"
#include "unit/jailhouse/support.hpp"

// What the backend learns of the node: its settings, and the memory that cells may get.
namespace jailhouse_test {
namespace {

using namespace jh;
namespace flag = jh::region_flag;

// QEMU's arm64 machine as Jailhouse's own configuration has it, Linux booted with mem=768M.
constexpr const char* iomem =
    "08000000-0800ffff : GICD\n"
    "40000000-6fffffff : System RAM\n"
    "  40210000-4152ffff : Kernel code\n"
    "7fc00000-7fffffff : Jailhouse hypervisor\n";

TEST(Pools, WhatLinuxLeaves) {
    EXPECT_EQ(free_memory(sample_system(Layout::master), iomem),
              (std::vector<Extent>{{0x70000000, 0x7fa00000}}));
}

TEST(Pools, WithoutTheHypervisorAndSharedMemory) {
    System system = sample_system(Layout::master);
    system.root_cell.regions[1].size = 0x40000000;
    system.root_cell.regions.push_back(
        {0x75000000, 0x75000000, 0x1000, flag::read | flag::rootshared, 0});
    EXPECT_EQ(free_memory(system, iomem),
              (std::vector<Extent>{{0x70000000, 0x75000000}, {0x75200000, 0x7fc00000}}));
}

TEST(Pools, NothingLeft) {
    EXPECT_TRUE(
        free_memory(sample_system(Layout::master), "40000000-7fffffff : System RAM\n").empty());
}

TEST(Pools, WithoutPrivilegeThereIsNone) {
    for (const char* text : {"", "00000000-00000000 : System RAM\n", "xyz : System RAM\n"}) {
        EXPECT_EQ(refusal([&] { free_memory(sample_system(Layout::master), text); }),
                  "/proc/iomem does not tell what memory Linux uses: read it as root");
    }
}

TEST(Settings, DefaultsAndValues) {
    const Settings none = Settings::parse("{}");
    EXPECT_EQ(none.device, "/dev/jailhouse");
    EXPECT_EQ(none.sysfs, "/sys/devices/jailhouse");
    EXPECT_EQ(none.system, "/etc/runphi/jailhouse-system.cell");
    EXPECT_EQ(none.timeout_ms, 30'000);
    const Settings some = Settings::parse(R"({"system": "/s", "device": "/d", "timeout_ms": 500})");
    EXPECT_EQ(some.system, "/s");
    EXPECT_EQ(some.device, "/d");
    EXPECT_EQ(some.timeout_ms, 500);
}

TEST(Settings, RefusalsNameTheKey) {
    EXPECT_EQ(refusal([] { Settings::parse(R"({"speed": 1})"); }),
              "backend_settings.jailhouse.speed: unknown key");
    EXPECT_EQ(refusal([] { Settings::parse(R"({"system": "s.cell"})"); }),
              "backend_settings.jailhouse.system: \"s.cell\" is not an absolute path");
    EXPECT_EQ(refusal([] { Settings::parse(R"({"timeout_ms": 5})"); }),
              "backend_settings.jailhouse.timeout_ms: 5 is not between 100 and 600000");
}

}  // namespace
}  // namespace jailhouse_test
