// SPDX-License-Identifier: Apache-2.0
#include "plugins/jailhouse/discover/discover.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>

#include "unit/jailhouse/machines.hpp"
#include "unit/jailhouse/support.hpp"

// What cells may get, found on whole machines.
namespace jailhouse_test {
namespace {

using namespace jh;

Found found_on(const GoldenMachine& machine, const std::vector<std::string>& ours = {}) {
    return discover(Node::read(machine.settings), machine.settings, ours);
}

// But for the folder of the machine, which differs from run to run.
std::string board_of(const GoldenMachine& machine, const std::vector<std::string>& ours = {}) {
    std::string board = board_json(found_on(machine, ours));
    const std::string& folder = machine.settings.linux_root;
    for (std::size_t at = 0; (at = board.find(folder, at)) != board.npos;) {
        board.erase(at, folder.size());
    }
    return board;
}

// Space between the parts of the golden one is for people.
void expect_board(const std::string& board, const std::string& golden) {
    rapidjson::Document found, expected;
    found.Parse(board.data(), board.size());
    expected.Parse(golden.data(), golden.size());
    ASSERT_FALSE(found.HasParseError() || expected.HasParseError()) << golden;
    EXPECT_TRUE(found == expected) << board;
}

const FoundDevice* device(const Found& found, const std::string& name) {
    const auto at = std::find_if(found.devices.begin(), found.devices.end(),
                                 [&](const FoundDevice& one) { return one.name == name; });
    return at == found.devices.end() ? nullptr : &*at;
}

TEST(GoldenBoard, QemuVirt) {
    expect_board(board_of(GoldenMachine("qemu-virt", qemu_virt_system())),
                 golden_text("qemu-virt", "board.json"));
}

TEST(GoldenBoard, GicV2BesideACellOfSomebodyElse) {
    GoldenMachine machine("zcu102", zcu102_system());
    machine.add_cell(zcu102_their_cell());
    expect_board(board_of(machine, {"ours"}), golden_text("zcu102", "board.json"));
}

TEST(GoldenBoard, X86) {
    expect_board(board_of(GoldenMachine("pc", pc_system())), golden_text("pc", "board.json"));
}

TEST(Discover, CellThatNobodyTellsAbout) {
    const GoldenMachine machine("zcu102", zcu102_system());
    EXPECT_EQ(refusal([&] { found_on(machine, {"ours"}); }),
              "cell \"their-rtos\" (2) is not one of ours, and nobody tells what memory it has");
}

TEST(Discover, ConfigurationThatIsNotTheRunningOne) {
    const GoldenMachine machine("qemu-virt", qemu_virt_system());
    System system = qemu_virt_system();
    system.hypervisor_memory.phys_start = 0x7f000000;
    machine.write_system(system);
    EXPECT_EQ(refusal([&] { found_on(machine); }),
              "the hypervisor is at 0x7fc00000-0x7fffffff (/proc/iomem), and in the system's "
              "configuration at 0x7f000000-0x7f3fffff");
    system = qemu_virt_system();
    system.root_cell.cpu_set = {7};
    machine.write_system(system);
    EXPECT_EQ(refusal([&] { found_on(machine); }),
              "cell \"qemu-virt\" (0) has CPU 3, which the system's configuration does not know");
}

TEST(Discover, CellsConfigurationThatIsASystems) {
    GoldenMachine machine("qemu-virt", qemu_virt_system());
    machine.settings.cells = {machine.settings.system};
    EXPECT_EQ(refusal([&] { found_on(machine); }),
              machine.settings.system + ": a system's configuration, not a cell's");
}

TEST(Discover, MemoryMapThatTellsNothing) {
    const GoldenMachine machine("qemu-virt", qemu_virt_system());
    machine.write("/proc/iomem", "00000000-00000000 : System RAM\n");
    EXPECT_EQ(refusal([&] { found_on(machine); }),
              "/proc/iomem does not tell what memory Linux uses: read it as root");
    machine.write("/proc/iomem", "40000000-7fffffff : System RAM\n");
    EXPECT_EQ(refusal([&] { found_on(machine); }),
              "Linux and the root cell's devices use all of the root cell's memory: there is none "
              "for cells");
    machine.remove("/proc/iomem");
    EXPECT_NE(refusal([&] { found_on(machine); }).find("/proc/iomem"), std::string::npos);
}

TEST(Discover, LinuxThatDoesNotTellItsDevices) {
    const GoldenMachine machine("qemu-virt", qemu_virt_system());
    machine.remove("/sys/bus");
    EXPECT_NE(refusal([&] { found_on(machine); }).find("nobody tells which devices Linux uses"),
              std::string::npos);
}

TEST(Discover, MachineWithoutADeviceTree) {
    const GoldenMachine machine("qemu-virt", qemu_virt_system());
    machine.remove("/sys/firmware");
    const Found found = found_on(machine);
    EXPECT_TRUE(found.devices.empty());
    EXPECT_TRUE(found.interrupts.empty());
    EXPECT_EQ(found.pools.size(), 1U);
}

TEST(Discover, RootCellKeepsACpuThatIsOnline) {
    const GoldenMachine machine("qemu-virt", qemu_virt_system());
    const auto cpus_with = [&](const std::string& online, const std::string& root) {
        machine.write("/sys/devices/system/cpu/online", online + "\n");
        machine.write("/sys/devices/jailhouse/cells/0/cpus_assigned_list", root + "\n");
        return found_on(machine).cpus;
    };
    EXPECT_EQ(cpus_with("0-3", "0-3"), (Numbers{1, 2, 3}));
    EXPECT_EQ(cpus_with("0,2", "0-3"), (Numbers{2}));
    EXPECT_EQ(cpus_with("1-3", "0-3"), (Numbers{2, 3}));
    EXPECT_EQ(cpus_with("0", "0-3"), Numbers());
    EXPECT_EQ(cpus_with("0,2-3", "0,2-3"), (Numbers{2, 3}));
    EXPECT_NE(refusal([&] { cpus_with("some", "0-3"); }).find("\"some\" is no list of CPUs"),
              std::string::npos);
}

TEST(Discover, DeviceThatADriverTakes) {
    const GoldenMachine machine("qemu-virt", qemu_virt_system());
    ASSERT_NE(device(found_on(machine), "pl031@9010000"), nullptr);
    machine.write("/sys/bus/amba/devices/9010000.pl031/uevent",
                  "DRIVER=rtc-pl031\nOF_FULLNAME=/pl031@9010000\n");
    EXPECT_EQ(device(found_on(machine), "pl031@9010000"), nullptr);
}

TEST(Discover, InterruptThatIsNotTheRootCells) {
    const GoldenMachine machine("qemu-virt", qemu_virt_system());
    System system = qemu_virt_system();
    system.root_cell.irqchips[0].pin_bitmap[0] = 0;  // 32 to 63; that device has 34
    machine.write_system(system);
    const Found found = found_on(machine);
    EXPECT_EQ(device(found, "pl031@9010000"), nullptr);
    EXPECT_TRUE(std::all_of(found.interrupts.begin(), found.interrupts.end(),
                            [](unsigned number) { return number >= 64; }));
}

TEST(Discover, MessagesWhoseInterruptsNobodyTells) {
    const GoldenMachine machine("zcu102", zcu102_system());
    machine.remove("/sys/devices/jailhouse/cells/2");
    EXPECT_FALSE(found_on(machine, {"ours"}).interrupts.empty());
    const std::string frame = "/sys/firmware/devicetree/base/axi/v2m/";
    machine.write(frame + "compatible", std::string("arm,gic-v2m-frame") + '\0');
    EXPECT_TRUE(found_on(machine, {"ours"}).interrupts.empty());
    machine.write(frame + "arm,msi-base-spi", std::string("\0\0\0\x40", 4));
    machine.write(frame + "arm,msi-num-spis", std::string("\0\0\0\x08", 4));
    const Numbers told = found_on(machine, {"ours"}).interrupts;
    EXPECT_FALSE(told.empty());
    EXPECT_TRUE(std::none_of(told.begin(), told.end(),
                             [](unsigned number) { return number >= 64 && number < 72; }));
}

TEST(Iomem, LinesThatAreNone) {
    const auto claims = parse_iomem(
        "40000000-6fffffff : System RAM\n-\n : x\n1-2: y\nzz-3 : z\n9-8 : back\n"
        "0-ffffffffffffffff : all\n  5-6 : part\n  7-8 : Jailhouse hypervisor");
    ASSERT_EQ(claims.size(), 3U);
    EXPECT_EQ(claims[1].where, (Extent{0, UINT64_MAX}));
    EXPECT_EQ(claims[2].name, hypervisor_claim);
}

}  // namespace
}  // namespace jailhouse_test
