// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "plugins/jailhouse/format/number_set.hpp"
#include "unit/jailhouse/samples.hpp"
#include "unit/jailhouse/scene.hpp"

// What the check says of a cell on its machine, and beside other cells.
namespace jailhouse_test {
namespace {

using namespace jh;
namespace flag = jh::region_flag;

// The memory of cell a, which is its region 5, elsewhere.
Lines with_memory_at(std::uint64_t base) {
    Scene scene;
    scene.a().regions[5].phys_start = base;
    return scene.findings();
}

TEST(CheckMachine, MemoryOfTheHypervisor) {
    EXPECT_EQ(with_memory_at(0x7fbf1000),
              (Lines{"error: cell \"a\", memory region 5 (0x7fbf1000-0x7fc00fff): lies in the "
                     "hypervisor's own memory (0x7fc00000-0x7fffffff)",
                     "error: cell \"a\", memory region 5 (0x7fbf1000-0x7fc00fff): not in the root "
                     "cell's memory: loading it fails the root cell"}));
    Scene scene;
    scene.system.hypervisor_memory = {0x40000800, 0, 0x400000, 0, 0};
    EXPECT_EQ(scene.findings(),
              (Lines{"error: hypervisor_memory: 0x40000800-0x404007ff is not whole pages (4 KiB)",
                     "error: cell \"root\", memory region 6 (0x40000000-0x7fbfffff): lies in the "
                     "hypervisor's own memory (0x40000800-0x404007ff)"}));
    scene.system.hypervisor_memory.size = 0;
    EXPECT_EQ(scene.findings(), (Lines{"error: hypervisor_memory: it has no size"}));
}

TEST(CheckMachine, MemoryMustBeTheRootCells) {
    EXPECT_EQ(with_memory_at(0x3fff8000),
              (Lines{"error: cell \"a\", memory region 5 (0x3fff8000-0x40007fff): not in the root "
                     "cell's memory: loading it fails the root cell"}));
    // Its registers are no memory.
    EXPECT_EQ(with_memory_at(0x9000000),
              (Lines{"error: cell \"a\", memory region 5 (0x9000000-0x900ffff): not in the root "
                     "cell's memory: loading it fails the root cell"}));
    // Two regions of the root cell that touch are as good as one.
    Scene scene;
    Region& ram = scene.system.root_cell.regions[6];
    ram.size = 0x31008000;
    scene.system.root_cell.regions.push_back({0x71008000, 0x71008000, 0xebf8000, ram.flags, 0});
    EXPECT_EQ(scene.findings(), Lines{});
}

TEST(CheckMachine, Registers) {
    Scene scene;
    scene.a().regions.push_back({0x9000000, 0x9000000, 0x1000, flag::read | flag::io, 0});
    EXPECT_EQ(scene.findings(), Lines{});
    scene.a().regions.back() = {0x50000000000, 0x9000000, 0x1000, flag::read | flag::io, 0};
    EXPECT_EQ(
        scene.findings(),
        (Lines{"warning: cell \"a\", memory region 7 (0x50000000000-0x50000000fff): no region "
               "of the root cell has these registers"}));
}

TEST(CheckMachine, WhatTheHypervisorKeeps) {
    const std::vector<std::pair<std::uint64_t, std::string>> kept = {
        {0x8e80000, "PCI configuration space (0x8e00000-0x8efffff)"},
        {0x800f000, "GIC distributor (0x8000000-0x800ffff)"},
        {0x811f000, "GIC redistributors (0x80a0000-0x811ffff)"},
        {0xfd800000, "IOMMU (0xfd800000-0xfd81ffff)"}};
    for (const auto& [address, what] : kept) {
        Scene scene;
        // At another address in the cell, then at this one in the cell only.
        scene.a().regions.push_back({address, 0x9000000, 0x1000, flag::read | flag::io, 0});
        Lines found = scene.findings();
        ASSERT_FALSE(found.empty()) << what;
        EXPECT_NE(found[0].find("lies in the " + what), std::string::npos) << found[0];
        if (what.find("IOMMU") != std::string::npos) continue;
        scene.a().regions.back() = {0x9000000, address, 0x1000, flag::read | flag::io, 0};
        found = scene.findings();
        ASSERT_EQ(found.size(), 1U) << what;
        EXPECT_NE(found[0].find("hides the " + what + " from the cell"), std::string::npos)
            << found[0];
    }
}

TEST(CheckMachine, WhatTheHypervisorKeepsElsewhere) {
    Scene scene;
    scene.system.arm = {25, 2, 0x8000000, 0x8010000, 0x8030000, 0x8040000, 0};
    scene.a().regions.push_back({0x8011000, 0x9000000, 0x1000, flag::read | flag::io, 0});
    scene.b().regions.push_back({0x8041000, 0x9000000, 0x1000, flag::read | flag::io, 0});
    const Lines found = scene.findings();
    ASSERT_GE(found.size(), 2U);
    EXPECT_NE(found[0].find("lies in the GIC CPU interface (0x8010000-0x8011fff)"),
              std::string::npos);
    EXPECT_NE(found[1].find("lies in the GIC virtual CPU interface"), std::string::npos);

    System pc = sample_x86_system();
    pc.hypervisor_memory.phys_start = 0x7fc00000;
    pc.root_cell.irqchips = {{0xfec00000, 0, 0, {}}};
    Cell cell = sample_x86_cell();
    cell.pci_devices.clear();
    cell.capabilities.clear();
    cell.regions[0].phys_start = 0x50000000;
    EXPECT_TRUE(check(pc, {cell}, Layout::master).empty());
    cell.regions.push_back({0xfec00000, 0xfec00000, 0x1000, flag::read | flag::io, 0});
    cell.regions.push_back({0xfee00000, 0xfee00000, 0x1000, flag::read | flag::io, 0});
    const auto findings = check(pc, {cell}, Layout::master);
    ASSERT_GE(findings.size(), 2U);
    EXPECT_EQ(findings[0].what, "lies in the I/O APIC (0xfec00000-0xfec00fff)");
    EXPECT_EQ(findings[1].what, "lies in the local APIC (0xfee00000-0xfee00fff)");
}

TEST(CheckMachine, MemoryOfAnotherCell) {
    Scene scene;
    scene.b().regions[5].phys_start = 0x71008000;
    EXPECT_EQ(
        scene.findings(),
        (Lines{"error: cell \"b\", memory region 5 (0x71008000-0x71017fff): cell \"a\", memory "
               "region 5 (0x71000000-0x7100ffff) has it, too, and not both are rootshared"}));
    scene.a().regions[5].flags |= flag::rootshared;
    scene.b().regions[5].flags |= flag::rootshared;
    EXPECT_EQ(scene.findings(), Lines{});
}

// Eight of sixteen colours each: every second half of a way of 64 KiB, 128 KiB in all.
TEST(CheckMachine, ColouredMemory) {
    Scene scene;
    scene.system.color.way_size = 0x10000;
    for (Cell* cell : {&scene.a(), &scene.b()}) {
        Region& ram = cell->regions[5];
        ram.phys_start = 0x71000000;
        ram.flags |= flag::colored;
    }
    scene.a().regions[5].colors = 0x00ff;
    scene.b().regions[5].colors = 0xff00;
    EXPECT_EQ(scene.findings(), Lines{});
    scene.b().regions[5].phys_start = 0x71010000;
    scene.b().regions[5].colors = 0x0180;
    EXPECT_EQ(scene.findings().size(), 1U);
    scene.b().regions[5].colors = 0;
    const Lines found = scene.findings();
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0],
              "error: cell \"b\", memory region 5 (0x71010000-0x7101ffff): colored, and has no "
              "colour");
}

TEST(CheckMachine, SharedMemoryOfTheRootCell) {
    Scene scene;
    scene.cells.pop_back();
    scene.a().pci_devices.clear();
    scene.a().regions.erase(scene.a().regions.begin(), scene.a().regions.begin() + 5);
    scene.a().regions[0].phys_start = 0x7f9f8000;
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\", memory region 0 (0x7f9f8000-0x7fa07fff): takes shared "
                     "memory (ivshmem) away from the root cell, 0x7fa00000-0x7fa00fff"}));
}

}  // namespace
}  // namespace jailhouse_test
