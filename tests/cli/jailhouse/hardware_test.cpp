// SPDX-License-Identifier: Apache-2.0
// Cells with devices, channels, networks and remote processors, by the command line and the real
// plugin, on the model of Jailhouse.
#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>

#include "fake/jailhouse/server.hpp"
#include "model.hpp"
#include "plugins/jailhouse/format/read.hpp"
#include "plugins/jailhouse/format/write.hpp"
#include "support/folder.hpp"
#include "support/sandbox.hpp"
#include "unit/jailhouse/samples.hpp"

namespace phi::test {
namespace {

using fake_jailhouse::Flavour;
using fake_jailhouse::Machine;
using namespace jailhouse_test;

constexpr std::uint64_t link_base = ram + 0x8000000;

// Peers 3, one of them the root cell.
void add_link(jh::Cell& root, std::uint16_t bdf, std::uint16_t protocol) {
    jh::PciDevice device;
    device.type = jh::pci_type::ivshmem;
    device.bdf = bdf;
    device.bar_mask[0] = 0xfffff000;
    device.num_msix_vectors = machine_arch == jh::Arch::x86 ? 2 : 0;
    device.shmem_regions_start = static_cast<std::uint32_t>(root.regions.size());
    device.shmem_peers = 3;
    device.shmem_protocol = protocol;
    root.pci_devices.push_back(device);
    for (std::uint64_t i = 0; i < 5; ++i) {
        const std::uint64_t base = link_base + bdf * 0x10000ULL + i * 0x1000;
        root.regions.push_back({base, base, 0x1000, i < 3 ? 3ULL : 1ULL, 0});
    }
}

jh::System machine_config(jh::Layout layout) {
    jh::System out = machine_arch == jh::Arch::x86 ? sample_x86_system() : sample_system(layout);
    jh::Cell& root = out.root_cell;
    root.cpu_set = {0xf, 0, 0, 0, 0, 0, 0, 0};
    root.regions[1].phys_start = root.regions[1].virt_start = ram;
    if (machine_arch == jh::Arch::x86) {
        root.irqchips = {{0xfec00000, 0xff00, 0, {~0U, 0, 0, 0}}};
    }
    if (layout == jh::Layout::omnivisor) root.rcpu_set = {3, 0, 0, 0, 0, 0, 0, 0};
    add_link(root, 0, 0);
    add_link(root, 1 << 3, 1);
    return out;
}

fake_jailhouse::Facts machine_facts(Flavour flavour, const std::string& firmware) {
    fake_jailhouse::Facts out;
    out.flavour = flavour;
    out.arch = static_cast<std::uint8_t>(machine_arch);
    out.ram = ram;
    out.firmware = firmware;
    return out;
}

constexpr const char* board_with_devices = R"({"format": "runphi.board/1", "name": "model",
    "cpus": {"ids": "1-3"},
    "memory": {"pools": [{"name": "cells", "base": "0x200001000000", "size": "64M"}],
               "alignment": "2M", "minimum": "2M"},
    "devices": [{"name": "timer", "iomem": [{"base": "0x9050000", "size": "4K"}]},
                {"name": "rpu0", "path": "rpu:0"}],
    "irqs": [140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 150, 151],
    "channels": [{"name": "ivshmem-00:00.0", "size": "20K", "peers": 2},
                 {"name": "ivshmem-net-00:01.0", "peers": 2}],
    "limits": {"name_max": 31}})";

class Hardware : public ::testing::Test {
  protected:
    explicit Hardware(jh::Layout layout = jh::Layout::master, Flavour flavour = Flavour::master)
        : firmware_(folder_.path() + "/firmware"),
          layout_(layout),
          server_(Machine(machine_facts(flavour, firmware_)), folder_.path()),
          node_("jailhouse", settings()) {
        std::filesystem::create_directory(firmware_);
        write_text(node_.dir() + "/board.json", board_with_devices);
    }
    ~Hardware() override {
        for (const char* id : {"c", "d"}) node_.run({"delete", "--force", id});
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
        EXPECT_EQ(server_.look().cells().size(), 1U) << "only the root cell is left";
        EXPECT_EQ(firmware(), 0) << "no image of a remote processor is left";
    }

    std::string settings() {
        const std::string system =
            folder_.write("system.cell", write_system(machine_config(layout_), layout_));
        return R"("defaults": {"memory": "2M"},
            "annotations": ["org.runphi.devices", "org.runphi.channels"],
            "backend_settings": {"jailhouse": {"device": ")" +
               server_.device() + R"(", "sysfs": ")" + server_.sysfs() + R"(", "system": ")" +
               system + R"(", "device_tree": ")" + folder_.path() + R"(", "firmware": ")" +
               firmware_ + "\"}}";
    }
    // With one annotation.
    Result create(const std::string& id, const std::string& name, const std::string& value,
                  const std::string& inmate = "instructions") {
        const std::string extra =
            R"("annotations": {"org.runphi.)" + name + R"(": ")" + value + "\"}";
        const std::string bundle = node_.inmate_bundle("bundle-" + id, inmate, extra);
        if (name == "devices" && value.rfind("rpu", 0) == 0) {
            write_text(bundle + "/rootfs/boot/config.json",
                       R"({"inmate": "/boot/inmate", "rpu_req": true})");
        }
        return node_.run({"create", "--bundle", bundle, id});
    }
    void created(const std::string& id, const std::string& name, const std::string& value,
                 const std::string& inmate = "instructions") {
        const Result made = create(id, name, value, inmate);
        ASSERT_EQ(made.status, 0) << made.err;
        EXPECT_EQ(made.out + made.err, "") << "success is silent";
    }
    void refused(const Result& result, const std::string& why) {
        EXPECT_NE(result.status, 0);
        EXPECT_NE(result.err.find(why), std::string::npos) << result.err;
    }
    jh::Cell config(const std::string& id) {
        const std::string name = id + ".cell";
        return jh::read_cell(read_text(node_.state_dir() + "/" + id + "/" + name), layout_, name);
    }
    long firmware() const {
        return std::distance(std::filesystem::directory_iterator(firmware_), {});
    }

    Folder folder_;
    std::string firmware_;
    jh::Layout layout_;
    fake_jailhouse::Server server_;
    Sandbox node_;
};

TEST_F(Hardware, DeviceIsOneCells) {
    created("c", "devices", "timer");
    const jh::Cell cell = config("c");
    EXPECT_EQ(cell.regions.back().phys_start, 0x9050000U);
    refused(create("d", "devices", "timer"), "on board \\\"model\\\" it is held by c");
    EXPECT_EQ(node_.run({"start", "c"}).status, 0);
}

TEST_F(Hardware, TwoCellsAndTheRootCellShareAChannel) {
    created("c", "channels", "ivshmem-00:00.0");
    created("d", "channels", "ivshmem-00:00.0");
    const jh::Cell c = config("c"), d = config("d");
    ASSERT_EQ(c.pci_devices.size() + d.pci_devices.size(), 2U);
    EXPECT_EQ(c.pci_devices[0].shmem_dev_id, 1);
    EXPECT_EQ(d.pci_devices[0].shmem_dev_id, 2);
    const std::uint32_t first = c.pci_devices[0].shmem_regions_start;
    EXPECT_TRUE(c.regions[first + 3].has(jh::region_flag::write)) << "its own output";
    EXPECT_FALSE(d.regions[first + 3].has(jh::region_flag::write)) << "the other's";
    EXPECT_EQ(c.regions[first + 3].phys_start, d.regions[first + 3].phys_start);
    EXPECT_EQ(c.vpci_irq_base == d.vpci_irq_base, machine_arch == jh::Arch::x86);
    const std::string folder = node_.state_dir();
    const Result checked = node_.run({"jailhouse", "check", folder_.path() + "/system.cell",
                                      folder + "/c/c.cell", folder + "/d/d.cell"});
    EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
    refused(create("e", "channels", "ivshmem-00:00.0"), "all its 2 ends are taken");
    node_.run({"delete", "--force", "e"});
}

TEST_F(Hardware, NetworkLinkByItsName) {
    created("c", "net", "ivshmem-net-00:01.0");
    const jh::Cell cell = config("c");
    ASSERT_EQ(cell.pci_devices.size(), 1U);
    EXPECT_EQ(cell.pci_devices[0].bdf, 1 << 3);
    EXPECT_EQ(cell.pci_devices[0].shmem_protocol, 1);
    refused(create("d", "net", "ivshmem-00:00.0"), "none of the network links");
    refused(create("d", "net", "bridge:br0"), "network \\\"bridge:br0\\\": it is none");
}

TEST_F(Hardware, RemoteProcessorNeedsTheOmnivisor) {
    refused(create("c", "devices", "rpu0"), "remote processor 0: only the Omnivisor starts them");
}

// An image for a remote processor, linked for its own memory.
std::string remote_image() {
    struct {
        Elf32_Ehdr header{};
        Elf32_Phdr segment{};
        char content[8] = {};
    } file;
    std::memcpy(file.header.e_ident, ELFMAG, SELFMAG);
    file.header.e_ident[EI_CLASS] = ELFCLASS32;
    file.header.e_ident[EI_DATA] = ELFDATA2LSB;
    file.header.e_ident[EI_VERSION] = EV_CURRENT;
    file.header.e_type = ET_EXEC;
    file.header.e_version = EV_CURRENT;
    file.header.e_machine = EM_ARM;
    file.header.e_ehsize = sizeof file.header;
    file.header.e_phoff = sizeof file.header;
    file.header.e_phentsize = sizeof file.segment;
    file.header.e_phnum = 1;
    constexpr std::uint32_t content = sizeof file.header + sizeof file.segment;
    file.segment = {PT_LOAD, content, 0, 0, sizeof file.content, sizeof file.content, PF_X, 4};
    return {reinterpret_cast<const char*>(&file), sizeof file};
}

class RemoteProcessor : public Hardware {
  protected:
    RemoteProcessor() : Hardware(jh::Layout::omnivisor, Flavour::omnivisor) {}
};

TEST_F(RemoteProcessor, ItsImageIsAFileWhileTheCellLives) {
    created("c", "devices", "rpu0", remote_image());
    EXPECT_EQ(config("c").rcpu_set[0], 1);
    EXPECT_EQ(firmware(), 1);
    fake_jailhouse::Machine now = server_.look();
    ASSERT_NE(now.find("c"), nullptr);
    EXPECT_TRUE(now.find("c")->cpus.empty()) << "no CPU leaves Linux for it";
    EXPECT_EQ(now.find("c")->remote_images[0], remote_image());
    EXPECT_EQ(node_.run({"start", "c"}).status, 0);
    EXPECT_EQ(node_.run({"delete", "--force", "c"}).status, 0);
    EXPECT_EQ(firmware(), 0);
}

TEST_F(RemoteProcessor, WhatTheDriverRefusesLeavesNoFile) {
    server_.change([](Machine& machine) { machine.refuse_remote_images = EBUSY; });
    refused(create("c", "devices", "rpu0", remote_image()), "load cell \\\"c\\\"");
    EXPECT_EQ(firmware(), 0);
}

}  // namespace
}  // namespace phi::test
