// SPDX-License-Identifier: Apache-2.0
// What a cell's device tree says, and what Linux could not use.
#include <gtest/gtest.h>

#include <filesystem>

#include "plugins/jailhouse/linux/devices.hpp"
#include "plugins/jailhouse/linux/host_facts.hpp"
#include "unit/jailhouse/linux/boards.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;
const std::string uart = "/pl011@9000000";

class Describe : public testing::Test {
  protected:
    Describe() { make_virt(board_); }

    CellTree tree() {
        return describe_cell(board_.system, board_.cell, board_.channel, board_.host.machine());
    }
    std::string refused() {
        return refusal([&] { tree(); });
    }

    Board board_;
};

TEST_F(Describe, RedistributorsAreThoseOfAllCpusIfTheHostDoesNotTell) {
    std::filesystem::remove_all(board_.host.device_tree() + "/intc@8000000");
    board_.cell.regions.erase(board_.cell.regions.begin() + 2);  // whose interrupts go nowhere now
    EXPECT_EQ(tree().gic.second, (Extent{0x80a0000, 0x80a0000 + 4 * 0x20000}));
    board_.system.pci_mmconfig_base = 0x4010000000;
    EXPECT_EQ(tree().gic.second.end, 0x80a0000U + 4 * 0x20000);
}

TEST_F(Describe, RedistributorsAreWhatTheHostSaysWherePciIsNotBehind) {
    board_.system.pci_mmconfig_base = 0x4010000000;
    EXPECT_EQ(tree().gic.second, (Extent{0x80a0000, 0x9000000}));
}

TEST_F(Describe, GicOfAnotherVersion) {
    board_.system.arm.gic_version = 4;
    EXPECT_EQ(refused(), "the system's configuration: GIC version 4; 2 and 3 are known");
}

TEST_F(Describe, WindowIsWhereTheCellHasNothing) {
    EXPECT_EQ(tree().pci->window.first, 0x10000000U);
    board_.cell.regions[0].virt_start = 0xf000000;
    EXPECT_EQ(tree().pci->window.first, 0x17000000U);
    board_.cell.pci_devices.clear();
    EXPECT_FALSE(tree().pci);
}

TEST_F(Describe, MemoryIsWhatTheKernelMayUse) {
    EXPECT_EQ(tree().memory, (std::vector<Extent>{{0x70000000, 0x77ff0000}}));
    board_.cell.regions.push_back({0x60000000, 0, 0x10000, 0x47, 0});  // no DMA: of a loader
    EXPECT_EQ(tree().memory.size(), 1U);
}

TEST_F(Describe, WithoutACommRegionNothingTellsTheEnd) {
    ASSERT_TRUE(tree().state);
    EXPECT_EQ(tree().state->region, 0x80000000U);
    board_.cell.regions.pop_back();
    EXPECT_FALSE(tree().state);
}

TEST_F(Describe, ConsoleIsTheFirstSerialPort) {
    EXPECT_EQ(tree().console, 0U);
    EXPECT_EQ(console_of(tree().devices)->tty, "ttyAMA0");
    board_.host.text(uart, "compatible", "vendor,arm,pl011");
    EXPECT_FALSE(tree().console);
    board_.cell.regions.erase(board_.cell.regions.begin() + 2);
    EXPECT_TRUE(tree().devices.empty());
}

TEST_F(Describe, DeviceIsInTheTreeOnlyIfTheCellHasAllOfIt) {
    board_.host.cells(uart, "reg", {0, 0x9000000, 0, 0x1000, 0, 0x9001000, 0, 0x1000});
    EXPECT_TRUE(tree().devices.empty());
    board_.cell.regions[2].size = 0x2000;
    EXPECT_EQ(tree().devices.at(0).registers.size(), 2U);
}

TEST_F(Describe, DeviceIsWhereTheCellHasIt) {
    board_.cell.regions[2].virt_start = 0x1000;
    EXPECT_EQ(tree().devices.at(0).registers.at(0), (Extent{0x1000, 0x2000}));
}

TEST_F(Describe, DeviceWithoutItsInterrupt) {
    board_.cell.irqchips[0].pin_bitmap[0] = 0;
    EXPECT_EQ(refused(), "device /pl011@9000000: the container has not got its interrupt 33");
}

TEST_F(Describe, DeviceOfAnotherInterruptController) {
    board_.host.cells("/other", "phandle", {0x77}).cells(uart, "interrupt-parent", {0x77});
    EXPECT_EQ(refused(), "device /pl011@9000000: its interrupts do not go to the GIC");
    board_.host.cells(uart, "interrupt-parent", {0x78});
    EXPECT_EQ(refused(), "device /pl011@9000000: its interrupts do not go to the GIC");
    std::filesystem::remove(board_.host.device_tree() + uart + "/interrupts");
    board_.host.cells(uart, "interrupts-extended", {0x77, 1});
    EXPECT_EQ(refused(), "device /pl011@9000000: its interrupts go to several controllers");
}

TEST_F(Describe, ClockThatIsNotFixedMustBeTold) {
    board_.host.text("/apb-pclk", "compatible", "vendor,pll");
    EXPECT_EQ(refused(), "device /pl011@9000000: how fast its clock /apb-pclk runs is not known");
    Machine machine = board_.host.machine();
    machine.clocks[uart] = 1000;
    const CellTree told = describe_cell(board_.system, board_.cell, {}, machine);
    EXPECT_EQ(told.devices.at(0).clocks.at(1).hz, 1000U);
    board_.host.cells(uart, "clocks", {0x9999});
    EXPECT_EQ(refused(), "device /pl011@9000000: one of its clocks is nowhere");
}

TEST_F(Describe, CpuThatTheMachineHasNotGot) {
    board_.cell.cpu_set = {0x10};
    EXPECT_NE(refused().find("/cpu4/of_node: no link to the CPU's node"), std::string::npos);
    board_.host.cpu(4, "cpu@4", "arm,cortex-a57", {0, 0, 4});
    EXPECT_EQ(refused(),
              "the machine's device tree: /cpus/cpu@4 does not say which CPU it is (\"reg\")");
}

TEST_F(Describe, TimerThatTheHostDoesNotDescribe) {
    std::filesystem::remove_all(board_.host.device_tree() + "/timer");
    EXPECT_EQ(tree().timer_interrupts,
              (std::vector<std::uint32_t>{1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4}));
    EXPECT_TRUE(tree().timer_properties.empty());
}

// A GIC with a fourth cell, which says what CPUs an interrupt is for (Linux'
// bindings/interrupt-controller/arm,gic-v3.yaml).
TEST_F(Describe, FourthCellOfAnInterruptIsLeftOut) {
    board_.host.cells("/intc@8000000", "#interrupt-cells", {4});
    board_.host.cells("/timer", "interrupts", {1, 13, 8, 0, 1, 14, 8, 0, 1, 11, 8, 0, 1, 10, 8, 0});
    board_.host.cells(uart, "interrupts", {0, 1, 4, 0});
    EXPECT_EQ(tree().timer_interrupts,
              (std::vector<std::uint32_t>{1, 13, 8, 1, 14, 8, 1, 11, 8, 1, 10, 8}));
    EXPECT_EQ(tree().devices.at(0).interrupts, (std::vector<std::uint32_t>{0, 1, 4}));
}

TEST_F(Describe, MachineWithoutADeviceTree) {
    Machine machine = board_.host.machine();
    machine.device_tree = "/nowhere";
    EXPECT_NE(refusal([&] {
                  describe_cell(board_.system, board_.cell, {}, machine);
              }).find("/nowhere: this machine has no device tree"),
              std::string::npos);
}

}  // namespace
}  // namespace jailhouse_test
