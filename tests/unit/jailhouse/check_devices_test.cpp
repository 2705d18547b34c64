// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "plugins/jailhouse/format/number_set.hpp"
#include "unit/jailhouse/samples.hpp"
#include "unit/jailhouse/scene.hpp"

// What the check says of interrupts, PCI devices, shared memory, ports and caches.
namespace jailhouse_test {
namespace {

using namespace jh;
namespace flag = jh::region_flag;

TEST(CheckInterrupts, Chips) {
    Scene scene;
    scene.a().irqchips.push_back({0x8000000, 0, 16, {}});
    scene.a().irqchips.push_back({0x8000000, 0, 928, {}});
    scene.b().irqchips.push_back({0x9000000, 0, 32, {1, 0, 0, 0}});
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\", irqchip 1: pin_base 16 must be a multiple of 32, at most "
                     "896 (EINVAL)",
                     "error: cell \"a\", irqchip 2: pin_base 928 must be a multiple of 32, at most "
                     "896 (EINVAL)",
                     "warning: cell \"b\", irqchip 1: address 0x9000000 is not the GIC "
                     "distributor's, 0x8000000: it is ignored"}));
}

TEST(CheckInterrupts, OfTwoCells) {
    Scene scene;
    scene.a().irqchips[0].pin_bitmap[0] = 6;
    scene.b().irqchips[0].pin_bitmap[0] = 7;
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"b\": interrupt 33-34: cell \"a\" has it, too"}));
}

TEST(CheckInterrupts, ThatCannotBeGiven) {
    Scene scene;
    scene.a().irqchips.push_back({0x8000000, 0, 0, {1U << 27, 0, 0, 0}});
    scene.b().irqchips.push_back({0x8000000, 0, 896, {0, 0, 0, 1U << 30}});
    EXPECT_EQ(scene.findings(),
              (Lines{"warning: cell \"a\": interrupt 27: not one of 32 to 1019, which can be given",
                     "warning: cell \"b\": interrupt 1022: not one of 32 to 1019, which can be "
                     "given",
                     "warning: cell \"b\": interrupt 1022: the root cell has not got it"}));
}

TEST(CheckInterrupts, OfSharedMemory) {
    Scene scene;
    scene.b().vpci_irq_base = 112;
    EXPECT_EQ(
        scene.findings(),
        (Lines{"error: cell \"b\": its shared memory raises interrupt 144 (vpci_irq_base 112), "
               "which none of its irqchips gives to it",
               "error: cell \"b\": interrupt 144: cell \"a\" has it, too"}));
    scene.b().vpci_irq_base = 1000;
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"b\": its shared memory raises interrupt 1032 (vpci_irq_base "
                     "1000), and there are none from 1020 on"}));
    scene.b().vpci_irq_base = 96;
    scene.b().irqchips[0].pin_bitmap[3] = 1;
    EXPECT_EQ(
        scene.findings(),
        (Lines{"error: cell \"b\": its shared memory raises interrupt 128 (vpci_irq_base 96), "
               "as the root cell's does"}));
    // Devices 0 to 3 have a line each, device 4 the first one again; with MSI-X they have none.
    scene = Scene();
    scene.b().pci_devices[0].bdf = scene.a().pci_devices[0].bdf = 5 << 3;
    EXPECT_EQ(scene.findings().size(), 2U);
    scene.a().pci_devices[0].num_msix_vectors = scene.b().pci_devices[0].num_msix_vectors = 2;
    EXPECT_EQ(scene.findings(), Lines{});
}

PciDevice nic() {
    PciDevice out;
    out.type = pci_type::device;
    out.bdf = 0x10;
    return out;
}

TEST(CheckPci, Devices) {
    Scene scene;
    scene.system.root_cell.pci_devices.push_back(nic());
    scene.a().pci_devices.push_back(nic());
    EXPECT_EQ(scene.findings(), Lines{});
    scene.b().pci_devices.push_back(nic());
    scene.b().pci_devices.push_back(nic());
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"b\", PCI device 0:00:02.0: cell \"a\" has it, too",
                     "error: cell \"b\", PCI device 0:00:02.0: the cell has two at this address"}));
    scene = Scene();
    scene.a().pci_devices.push_back(nic());
    scene.a().pci_devices.back().bdf = 0x1234;
    scene.a().pci_devices.back().iommu = 8;
    scene.b().pci_devices.push_back({});
    scene.b().pci_devices.back().bdf = 0x20;
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\", PCI device 0:12:06.4: IOMMU 8; a system has at most 8",
                     "error: cell \"a\", PCI device 0:12:06.4: the system's last bus is 0",
                     "error: cell \"b\", PCI device 0:00:04.0: type 0 is none",
                     "warning: cell \"a\", PCI device 0:12:06.4: the root cell has not got it, and "
                     "does not get it back"}));
}

TEST(CheckPci, Capabilities) {
    Scene scene;
    scene.system.root_cell.pci_devices.push_back(nic());
    PciDevice device = nic();
    device.caps_start = 1;
    device.num_caps = 2;
    scene.a().pci_devices.push_back(device);
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\", PCI device 0:00:02.0: capabilities up to number 2, and "
                     "there are 0"}));
    scene.a().capabilities = {{1, 0, 0, 0}, {1, 0xf0, 0x11, 0}, {0x8001, 0xff0, 0x10, 0}};
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\", PCI device 0:00:02.0: capability 1 ends behind the "
                     "configuration space"}));
}

TEST(CheckPci, StreamIds) {
    Scene scene;
    scene.a().stream_ids = {{0x700}, {0x700}};
    scene.b().stream_ids = {{0x701}, {0x700}};
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"b\": stream id 1792: cell \"a\" has it, too"}));
}

TEST(CheckSharedMemory, NumbersOfTheEnds) {
    Scene scene;
    scene.a().pci_devices[0].shmem_dev_id = 3;
    const Lines found = scene.findings();
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0],
              "error: cell \"a\", shared memory 1:00:00.0: number 3 of 3 peers; they count from 0, "
              "and are at most 12");
    scene = Scene();
    scene.b().pci_devices[0].shmem_dev_id = 1;
    scene.b().regions[3].flags |= flag::write;
    scene.b().regions[4].flags &= ~flag::write;
    EXPECT_EQ(scene.findings(), (Lines{"error: cell \"b\", shared memory 1:00:00.0: number 1 is "
                                       "taken by cell \"a\" (EBUSY)"}));
    scene = Scene();
    scene.b().pci_devices[0].shmem_peers = 4;
    scene.b().pci_devices[0].num_msix_vectors = 17;
    scene.b().pci_devices[0].bar_mask[0] = 0;
    const Lines more = scene.findings();
    ASSERT_GE(more.size(), 3U);
    EXPECT_EQ(more[0],
              "error: cell \"b\", shared memory 1:00:00.0: 17 MSI-X vectors, at most 16 "
              "(EINVAL)");
    EXPECT_EQ(more[1],
              "error: cell \"b\", shared memory 1:00:00.0: bar_mask[0] is 0: its registers "
              "cannot be reached");
    EXPECT_EQ(more.back(),
              "error: cell \"b\", shared memory 1:00:00.0: 4 peers, and 3 for cell \"a\"");
}

TEST(CheckSharedMemory, RegionsOfTheEnds) {
    Scene scene;
    scene.a().pci_devices[0].shmem_regions_start = 3;
    scene.b().regions[2].phys_start += 0x10000;
    scene.b().pci_devices[0].shmem_protocol = 1;
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\", shared memory 1:00:00.0: it needs the memory regions 3 to "
                     "7, and there are 7 (EINVAL)",
                     "error: cell \"b\", shared memory 1:00:00.0: memory region 2 is not the same "
                     "memory as for cell \"root\"",
                     "warning: cell \"b\", shared memory 1:00:00.0: another protocol than for cell "
                     "\"root\"",
                     "warning: cell \"b\", shared memory 1:00:00.0: another protocol than for cell "
                     "\"a\""}));
}

TEST(CheckSharedMemory, RightsOfTheEnds) {
    Scene scene;
    scene.a().regions[0].flags |= flag::write;
    scene.a().regions[4].flags |= flag::write;
    scene.b().regions[4].flags &= ~flag::write;
    scene.b().regions[1].flags &= ~flag::rootshared;
    const Lines found = scene.findings();
    const auto has = [&](const std::string& line) {
        return std::find(found.begin(), found.end(), line) != found.end();
    };
    const std::string a = "error: cell \"a\", shared memory 1:00:00.0: memory region ";
    EXPECT_TRUE(has(a + "0 is its state table, and writable"));
    EXPECT_TRUE(has(a + "4 is the output of peer 2, and writable"));
    EXPECT_TRUE(
        has("warning: cell \"b\", shared memory 1:00:00.0: memory region 4 is its own "
            "output, and not writable"));
    EXPECT_TRUE(
        has("error: cell \"b\", shared memory 1:00:00.0: memory region 1 is not rootshared"));
    EXPECT_TRUE(
        has("error: cell \"b\", memory region 1 (0x7fa01000-0x7fa01fff): takes shared "
            "memory (ivshmem) away from the root cell, 0x7fa01000-0x7fa01fff"));
}

TEST(CheckPorts, AndCaches) {
    System pc = sample_x86_system();
    Cell a = sample_x86_cell();
    a.pci_devices.clear();
    a.regions[0].phys_start = 0x50000000;
    Cell b = a;
    b.name = "b";
    b.cpu_set = set_of({3});
    b.regions[0].phys_start = 0x60000000;
    b.pio = {{0x3fc, 1}, {0xfff0, 0x11}};
    b.caches = {{60, 5, 3, 0}, {0, 1, 9, 0}};
    const auto findings = check(pc, {a, b}, Layout::master);
    Lines found;
    for (const Finding& one : findings) found.push_back(one.where + ": " + one.what);
    EXPECT_EQ(
        found,
        (Lines{"cell \"b\", ports 0xfff0-0x10000: there are ports up to 0xffff only",
               "cell \"b\", cache region 0: bits 60 and the 5 from there on: none, or past the "
               "mask's 64",
               "cell \"b\", cache region 1: type 9 is none",
               "cell \"b\", ports 0x3fc-0x3fc: cell \"pc-demo\" has some of them, too"}));
    b.cpu_set = set_of({0});
    EXPECT_EQ(check(pc, {b}, Layout::master)[0].what,
              "CPU 0 cannot leave the root cell on x86 (EINVAL)");
    Scene scene;
    scene.a().pio = {{0x3f8, 8}};
    EXPECT_EQ(scene.findings(),
              (Lines{"warning: cell \"a\": ports and cache regions are ignored on "
                     "this architecture"}));
}

}  // namespace
}  // namespace jailhouse_test
