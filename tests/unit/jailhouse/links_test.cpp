// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "plugins/jailhouse/discover/links.hpp"
#include "plugins/jailhouse/format/number_set.hpp"
#include "unit/jailhouse/planner.hpp"
#include "unit/jailhouse/scene.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;

TEST(Links, EndsAreThoseOfNobody) {
    const Scene scene;
    const std::vector<Link> all = links_of(scene.system, {});
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0], (Link{0, 1, 0, 3, 0, 0x5000, {1, 2}}));
    const std::vector<Link> beside_b = links_of(scene.system, {scene.cells[1]});
    EXPECT_EQ(beside_b.at(0).ends, (std::vector<std::uint8_t>{1}));
    // End 0 of the channel would be theirs.
    EXPECT_TRUE(links_of(scene.system, {scene.cells[0]}).at(0).ends.empty());
    EXPECT_TRUE(links_of(scene.system, scene.cells).at(0).ends.empty());
}

TEST(Links, NamesTellThePlaceAndTheNetwork) {
    Link link;
    link.bdf = 0x1a << 8 | 0x1f << 3 | 7;
    EXPECT_EQ(channel_name(link), "ivshmem-1a:1f.7");
    link.protocol = protocol_veth;
    EXPECT_EQ(channel_name(link), "ivshmem-net-1a:1f.7");
}

TEST(Links, OnlySharedMemoryWithAllItsRegions) {
    Scene scene;
    scene.system.root_cell.pci_devices[0].shmem_regions_start = 3;  // of 7 regions it needs 5
    EXPECT_TRUE(links_of(scene.system, {}).empty());
    scene.system.root_cell.pci_devices[0].shmem_regions_start = 0;
    scene.system.root_cell.pci_devices[0].type = pci_type::device;
    EXPECT_TRUE(links_of(scene.system, {}).empty());
}

// ---- what is planned of them

class PlannedLinks : public testing::Test {
  protected:
    PlannedLinks() : planner_(Scene().system, Layout::omnivisor) {
        planner_.irqs = "[140,141,142,143,144,145,146,147,148,149]";
    }
    std::string refused(const Wish& wish) {
        return refusal([&] { planner_.cell(wish); });
    }

    Planner planner_;
};

// A cell of somebody else's, on CPU 0, with an end of the link at 00:00.0.
Cell foreign_cell(std::uint8_t end) {
    Cell out = Scene().cells.at(end - 1U);
    out.name = "theirs" + std::to_string(end);
    out.cpu_set = set_of({0});
    out.regions[5].phys_start = 0x78000000;
    return out;
}

TEST_F(PlannedLinks, EndsOfChannelsThatOthersHaveAreTheirs) {
    Wish first, second;
    first.channels = R"([{"name":"ivshmem-00:00.0","peer":0,"size":0}])";
    second.channels = R"([{"name":"ivshmem-00:00.0","peer":1,"size":0}])";
    planner_.add_other(foreign_cell(2));
    EXPECT_EQ(planner_.cell(first).pci_devices.at(0).shmem_dev_id, 1);
    EXPECT_EQ(
        refused(second),
        "channel \"ivshmem-00:00.0\": end 1 was granted, and of the link's 3 ends 1 can be had: "
        "one is the root cell's, and those from the first on that a cell of somebody else's has "
        "are not given out");
    planner_.add_other(foreign_cell(1));
    EXPECT_NE(refused(first).find("of the link's 3 ends 0 can be had"), std::string::npos);
}

TEST_F(PlannedLinks, WhatOthersHaveIsRefusedWhenItIsPlanned) {
    planner_.add_other(foreign_cell(1));
    planner_.add_other(foreign_cell(2));  // the same memory and CPU: one after the other
    planner_.cell({});
    Wish wish;
    wish.base = 0x78000000;
    EXPECT_NE(refused(wish).find("cell \"theirs1\""), std::string::npos) << refused(wish);
    EXPECT_EQ(refused(wish).find("CPU"), std::string::npos) << refused(wish);
}

TEST_F(PlannedLinks, LinesOfOthersAreNotGranted) {
    Wish wish;
    wish.irqs = "[140]";
    EXPECT_EQ(planner_.cell(wish).irqchips.size(), 1U);
    wish.irqs = "[143]";
    EXPECT_EQ(planner_.cell(wish).irqchips.size(), 1U) << "there are no channels";
    planner_.channels = R"([{"name":"ivshmem-00:00.0","size":20480,"peers":2}])";
    EXPECT_EQ(
        refused(wish),
        "interrupt 143 is one of those that channels of the cell on CPU 2 raise (142 to 145)");
    wish.cpus = "[1,2]";
    EXPECT_EQ(planner_.cell(wish).irqchips.size(), 1U) << "its own";
}

}  // namespace
}  // namespace jailhouse_test
