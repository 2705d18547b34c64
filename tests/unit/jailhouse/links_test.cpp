// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "plugins/jailhouse/discover/links.hpp"
#include "unit/jailhouse/scene.hpp"

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

}  // namespace
}  // namespace jailhouse_test
