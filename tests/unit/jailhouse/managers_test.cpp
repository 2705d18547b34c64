// SPDX-License-Identifier: Apache-2.0
// What the resource managers make of grants. The golden cells were laid out by hand.
#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>

#include "plugins/jailhouse/format/number_set.hpp"
#include "unit/jailhouse/hex_text.hpp"
#include "unit/jailhouse/planner.hpp"
#include "unit/jailhouse/scene.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;
namespace flag = jh::region_flag;

constexpr std::uint64_t veth_base = 0x7fb00000;

// A 32-bit ELF file for Arm with one segment.
std::string remote_elf(std::uint32_t address, std::uint32_t size) {
    struct {
        Elf32_Ehdr header{};
        Elf32_Phdr segment{};
        char content[16] = {};
    } file;
    std::memcpy(file.header.e_ident, ELFMAG, SELFMAG);
    file.header.e_ident[EI_CLASS] = ELFCLASS32;
    file.header.e_ident[EI_DATA] = ELFDATA2LSB;
    file.header.e_machine = EM_ARM;
    file.header.e_phoff = sizeof file.header;
    file.header.e_phentsize = sizeof file.segment;
    file.header.e_phnum = 1;
    file.segment = {
        PT_LOAD, sizeof file.header + sizeof file.segment, address, address, 16, size, 0, 4};
    return {reinterpret_cast<const char*>(&file), sizeof file};
}

// The scene's machine, with a network link at 00:01.0, a PCI device at 00:03.0 and a stream.
System machine_with_stream() {
    System out = Scene().system;
    out.pci_mmconfig_end_bus = 1;
    Cell& root = out.root_cell;
    PciDevice veth = root.pci_devices[0];
    veth.bdf = 1 << 3;
    veth.shmem_peers = 2;
    veth.shmem_protocol = 1;
    veth.shmem_regions_start = static_cast<std::uint32_t>(root.regions.size());
    root.pci_devices.push_back(veth);
    root.regions.push_back({veth_base, veth_base, 0x1000, flag::read, 0});
    root.regions.push_back({});
    root.regions.push_back({veth_base + 0x1000, veth_base + 0x1000, 0x7f000, 3, 0});
    root.regions.push_back({veth_base + 0x80000, veth_base + 0x80000, 0x7f000, 1, 0});
    PciDevice card;
    card.type = pci_type::device;
    card.bdf = 3 << 3;
    card.bar_mask = {0xffff0000, 0, 0, 0, 0, 0};
    card.num_caps = 1;
    card.num_msix_vectors = 4;
    card.msix_region_size = 0x1000;
    card.msix_address = 0x10002000;
    root.pci_devices.push_back(card);
    root.capabilities = {{0x11, 0x40, 12, 1}};
    root.stream_ids = {{0x7f860e1}, {3 << 3}};
    out.color = {0x10000, 0xc000000000};  // 16 colours
    return out;
}

constexpr const char* uart = R"([{"name":"uart1","path":"/soc/serial@9040000",
    "iomem":[{"base":151257088,"size":4096}],"irqs":[40]},
    {"name":"card","path":"0000:00:03.0"},{"name":"timer","path":""},
{"name":"link","path":"0001:00:00.0"},
    {"name":"none","path":"0000:00:04.0"},{"name":"port","path":"ports:0x3f8+8"},
    {"name":"rpu0","path":"rpu:0"},{"name":"rpu1","path":"rpu:1"},
    {"name":"low","path":"colors:0-3"},{"name":"high","path":"colors:16"}])";

class Managers : public testing::Test {
  protected:
    Managers() : planner_(machine_with_stream(), Layout::omnivisor) {
        planner_.devices = uart;
        planner_.irqs = "[140,141,142,143,144,145,146,147,148,149]";
    }
    std::string refused(const Wish& wish) {
        return refusal([&] { planner_.cell(wish); });
    }
    void expect_golden(const Wish& wish, const std::string& name) {
        const std::string found = planner_.bytes(wish), expected = golden(name);
        EXPECT_TRUE(found == expected) << name << ": " << where_different(found, expected);
    }
    void write_node(const std::string& property, const std::string& bytes) {
        planner_.write("device-tree/soc/serial@9040000/" + property, bytes);
    }

    Planner planner_;
};

Wish with_uart() {
    Wish out;
    out.devices = R"(["uart1"])";
    out.iomems = R"([{"base":151257088,"size":4096}])";
    out.irqs = "[40]";
    return out;
}

Wish with_device(const std::string& name) {
    Wish out;
    out.devices = "[\"" + name + "\"]";
    return out;
}

Wish with_channels(const std::string& channels) {
    Wish out;
    out.channels = channels;
    return out;
}

constexpr const char* both_links =
    R"([{"name":"ivshmem-00:00.0","peer":1,"size":0},
        {"name":"ivshmem-net-00:01.0","peer":0,"size":0}])";

TEST_F(Managers, CellWithAUart) {
    write_node("compatible", std::string("arm,pl011\0arm,primecell\0", 24));
    expect_golden(with_uart(), "planned-uart");
}

TEST_F(Managers, CellWithChannelAndNetwork) {
    expect_golden(with_channels(both_links), "planned-links");
}

TEST_F(Managers, CpusComeFromTheLiveRootCell) {
    planner_.set_root_cpus("0,2-3");
    EXPECT_EQ(refused({}),
              "CPU 1 is not the root cell's to give: no cell has it; the root cell has CPUs 0,2-3");
    Wish wish;
    wish.cpus = "[0,2,3]";
    EXPECT_EQ(refused(wish), "CPU 0 stays with the root cell unless a container asks for it");
    wish.cpu_list = "[0,2,3]";
    EXPECT_EQ(refused(wish),
              "CPUs 0,2-3: the root cell keeps one at least; the root cell has CPUs 0,2-3");
    wish.cpus = wish.cpu_list = "[0,3]";
    EXPECT_EQ(numbers_of(planner_.cell(wish).cpu_set), (Numbers{0, 3}));
    wish.cpus = "[]";
    EXPECT_EQ(refused(wish), "plan.grant.cpus: empty; a cell owns its CPUs");
}

TEST_F(Managers, RegistersAreWhereTheContainerWantsThem) {
    Wish wish = with_uart();
    wish.asked_iomems = R"([{"base":151257088,"size":4096,"guest_base":1048576}])";
    wish.boot_extra = R"(,"load_address":1879048192)";
    const Cell cell = planner_.cell(wish);
    EXPECT_EQ(cell.regions[2].phys_start, 0x9040000U);
    EXPECT_EQ(cell.regions[2].virt_start, 0x100000U);
    EXPECT_TRUE(cell.regions[0].has(flag::dma)) << "a device may be a bus master";
}

TEST_F(Managers, PartOfAPageIsEmulated) {
    Wish wish;
    wish.iomems = R"([{"base":151257104,"size":16}])";
    const Cell cell = planner_.cell(wish);
    EXPECT_EQ(cell.regions.back().flags, flag::read | flag::write | flag::io | flag::io_8 |
                                             flag::io_16 | flag::io_32 | flag::io_64);
}

TEST_F(Managers, StreamsAreTheRootCells) {
    write_node("iommus", std::string("\0\0\0\5\0\0\x60\xe1", 8));
    EXPECT_EQ(planner_.cell(with_uart()).stream_ids, (std::vector<StreamId>{{0x7f860e1}}));
    write_node("iommus", std::string("\0\0\0\5\0\0\x60\xe2", 8));
    EXPECT_EQ(
        refused(with_uart()),
        "device \"uart1\": it reaches memory through an IOMMU as stream 24802, which the root "
        "cell of the system configuration has not got");
}

TEST_F(Managers, PciDeviceWithoutItsMsixTable) {
    Wish wish;
    wish.devices = R"(["card"])";
    wish.iomems = R"([{"base":268435456,"size":65536}])";
    const Cell cell = planner_.cell(wish);
    ASSERT_EQ(cell.pci_devices.size(), 1U);
    EXPECT_EQ(cell.pci_devices[0].bdf, 3 << 3);
    EXPECT_EQ(cell.pci_devices[0].num_caps, 1);
    EXPECT_EQ(cell.capabilities, machine_with_stream().root_cell.capabilities);
    EXPECT_EQ(cell.stream_ids, (std::vector<StreamId>{{3 << 3}}));
    ASSERT_EQ(cell.regions.size(), 4U);
    EXPECT_EQ(cell.regions[2].phys_start, 0x10000000U);
    EXPECT_EQ(cell.regions[2].size, 0x2000U);
    EXPECT_EQ(cell.regions[3].phys_start, 0x10003000U);
    EXPECT_EQ(cell.regions[3].virt_start, 0x10003000U);
    EXPECT_EQ(cell.regions[3].size, 0xd000U);
}

TEST_F(Managers, DevicesThatCannotBeGiven) {
    EXPECT_EQ(refused(with_device("link")),
              "device \"link\": it is shared memory, which a container gets as a channel");
    EXPECT_EQ(refused(with_device("none")),
              "device \"none\": the root cell of the system configuration has not got it");
    EXPECT_EQ(refused(with_device("port")), "device \"port\": ports: only x86 has them");
    EXPECT_EQ(refused(with_device("gone")), "device \"gone\" is not on the board");
    planner_.devices = R"([{"name":"odd","path":"somewhere"}])";
    EXPECT_EQ(refused(with_device("odd")),
              "board: device \"odd\": the path \"somewhere\" is none that the Jailhouse backend "
              "knows");
    Wish wish;
    wish.irqs = "[27]";
    EXPECT_EQ(refused(wish),
              "interrupt 27: the root cell has none of that number to give; on a "
              "GIC it is the INTID, SPI + 32");
}

TEST_F(Managers, LinesOfTheVirtualBusFollowTheCpu) {
    Wish wish = with_channels(both_links);
    EXPECT_EQ(planner_.cell(wish).vpci_irq_base, 146U - 32);
    wish.cpus = "[2,3]";
    EXPECT_EQ(planner_.cell(wish).vpci_irq_base, 142U - 32);
    wish.cpus = "[3]";
    EXPECT_EQ(
        refused(wish),
        "a channel raises interrupts of its cell's own: the board's \"irqs\" have 2 groups of "
        "four behind each other, and the cell on CPU 3 needs number 3");
    wish.cpus = "[1]";
    wish.irqs = "[149]";
    EXPECT_EQ(refused(wish),
              "interrupt 149 is one of those that this container's channels raise "
              "(146 to 149)");
}

TEST_F(Managers, ChannelsThatAreNone) {
    const auto channel = [](const std::string& name, int peer) {
        return with_channels("[{\"name\":\"" + name + "\",\"peer\":" + std::to_string(peer) +
                             ",\"size\":0}]");
    };
    EXPECT_EQ(refused(channel("link", 0)),
              "channel \"link\": the name does not end with a place on the virtual bus");
    EXPECT_EQ(
        refused(channel("ivshmem-00:02.0", 0)),
        "channel \"ivshmem-00:02.0\": the root cell of the system configuration has no shared "
        "memory there");
    EXPECT_EQ(
        refused(channel("ivshmem-00:00.0", 2)),
        "channel \"ivshmem-00:00.0\": end 2 was granted, and of the link's 3 ends 2 can be had: "
        "one is the root cell's, and those from the first on that a cell of somebody else's has "
        "are not given out");
}

TEST_F(Managers, NetworkMustBeGranted) {
    Wish wish;
    wish.mode = "backend";
    wish.net = "ivshmem-net-00:01.0";
    EXPECT_EQ(refused(wish),
              "network \"ivshmem-net-00:01.0\": it is none of the network links that "
              "were granted");
    wish.channels = R"([{"name":"ivshmem-net-00:01.0","peer":0,"size":0}])";
    EXPECT_EQ(planner_.cell(wish).pci_devices.size(), 1U);
}

TEST_F(Managers, CellOfARemoteProcessor) {
    const std::string image = remote_elf(0x70000000, 0x1000);
    const std::string found = planner_.bytes(with_device("rpu0"), image);
    const std::string expected = golden("planned-rpu");
    EXPECT_TRUE(found == expected) << where_different(found, expected);
}

TEST_F(Managers, RemoteImageStaysInItsMemory) {
    const auto refused_image = [&](const std::string& image) {
        return refusal([&] { planner_.plan(with_device("rpu0"), image); });
    };
    planner_.plan(with_device("rpu0"), remote_elf(0x20000, 0x20000));
    EXPECT_EQ(refused_image(remote_elf(0x20000, 0x20001)),
              "the image for a remote processor loads itself into 0x20000-0x40000, which the "
              "container was not granted");
    EXPECT_EQ(refused_image(remote_elf(0x701ff000, 0x1001)),
              "the image for a remote processor loads itself into 0x701ff000-0x70200000, which the "
              "container was not granted");
    EXPECT_EQ(refused_image("code"),
              "the image for a remote processor: its header is not in the file");
    EXPECT_EQ(refused_image(std::string(100, 'x')),
              "the image for a remote processor: it is no 32-bit little-endian ELF file for Arm");
    EXPECT_EQ(refused_image(remote_elf(0xfffff000, 0x2000)),
              "the image for a remote processor: a segment wraps around");
    EXPECT_EQ(refusal([&] { planner_.plan(with_device("rpu1"), remote_elf(0, 16)); }),
              "remote processor 1: the root cell has only 0");
}

TEST_F(Managers, CellWithCacheColours) {
    expect_golden(with_device("low"), "planned-colours");
    EXPECT_EQ(refused(with_device("high")),
              "device \"high\": cache colours: a way of this machine's cache has not so many");
    planner_.devices = R"([{"name":"a","path":"colors:0-3"},{"name":"b","path":"colors:3"}])";
    EXPECT_EQ(refused(with_device("a")), "board: devices \"a\" and \"b\" both are cache colour 3");
}

TEST(ManagersOfMaster, HaveNeitherRemoteProcessorsNorColours) {
    System system = machine_with_stream();
    system.root_cell.rcpu_set.clear();
    system.root_cell.fpga_regions.clear();
    system.color = {};
    Planner planner(system, Layout::master);
    planner.devices = R"([{"name":"rpu","path":"rpu:0"},{"name":"low","path":"colors:0-3"}])";
    EXPECT_EQ(
        refusal([&] { planner.plan(with_device("rpu"), remote_elf(0, 16)); }),
        "remote processor 0: only the Omnivisor starts them, of layout \"omnivisor\", and this "
        "machine's Jailhouse is of layout master");
    EXPECT_EQ(refusal([&] { planner.cell(with_device("low")); }),
              "device \"low\": cache colours: this machine's Jailhouse does not colour memory");
}

}  // namespace
}  // namespace jailhouse_test
