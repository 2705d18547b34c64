// SPDX-License-Identifier: Apache-2.0
// What a board and a request may say, and how they are refused.
#include "unit/bao/layout_support.hpp"

namespace bao_test {
namespace {

TEST(LayoutInput, ABoardThatIsWrong) {
    const auto refused = [](const std::string& pointer, const std::string& json) {
        return Scene().board(pointer, json).refused();
    };
    EXPECT_EQ(refused("/format", "\"runphi.board/2\""),
              "board.format: \"runphi.board/2\" is not \"runphi.board/1\"");
    EXPECT_EQ(refused("/backends", "{}"), "board.backends.bao: missing");
    EXPECT_EQ(refused("/backends/bao/colour", "1"), "board.backends.bao.colour: unknown key");
    EXPECT_EQ(refused("/backends/bao/profile", "\"npu\""),
              "board.backends.bao.profile: \"npu\" is neither mmu nor mpu");
    EXPECT_EQ(refused("/backends/bao/cpus", "65"),
              "board.backends.bao.cpus: 65 is not between 1 and 64");
    EXPECT_EQ(refused("/backends/bao/gic/version", "4"),
              "board.backends.bao.gic.version: 4 is not between 2 and 3");
    EXPECT_EQ(refused("/backends/bao/gic/version", "2"),
              "board.backends.bao.gic.cpu_interface: missing");
    EXPECT_EQ(Scene()
                  .board("/backends/bao/cpus", "9")
                  .board("/backends/bao/gic",
                         R"({"version": 2, "distributor": 0, "cpu_interface": 65536, "lines": 64,
                             "maintenance": 25})")
                  .refused(),
              "board.backends.bao.cpus: 9, and a GIC of version 2 is for 8 at most");
    EXPECT_EQ(refused("/backends/bao/devices/uart9", "{}"),
              "board.backends.bao.devices.uart9: the board has no device \"uart9\"");
    EXPECT_EQ(refused("/backends/bao/devices/uart1/stream", "32768"),
              "board.backends.bao.devices.uart1.stream: 32768 is not between 0 and 32767");
    EXPECT_EQ(refused("/backends/bao/regions/0/size", "0"),
              "board.backends.bao.regions[0].size: must be more than 0");
    EXPECT_EQ(refused("/memory/pools/0/base", "\"0xfffffffffffff000\""),
              "board.memory.pools[0]: 0x40000000 bytes at 0xfffffffffffff000 end past 2^64");
    EXPECT_EQ(refused("/devices/0/irqs/0", "1020"),
              "board.devices[0].irqs[0]: 1020 is not between 0 and 1019");
}

TEST(LayoutInput, ARequestThatIsWrong) {
    const auto refused = [](const std::string& pointer, const std::string& json) {
        return Scene().request(pointer, json).refused();
    };
    EXPECT_EQ(refused("/format", "\"runphi.bao-slots/1\""),
              "request.format: \"runphi.bao-slots/1\" is not \"runphi.bao-request/1\"");
    EXPECT_EQ(refused("/layout", "\"a b\""), "request.layout: \"a b\" is no name");
    EXPECT_EQ(refused("/slots/0/name", "\"root\""),
              "request.slots[0].name: \"root\" is the root VM's name");
    EXPECT_EQ(refused("/slots/0/name", "\"g0\""), "request: VM \"g0\" is there twice");
    EXPECT_EQ(refused("/slots/0/colour", "1"), "request.slots[0].colour: unknown key");
    EXPECT_EQ(refused("/slots/0/memory", "\"1000\""),
              "request.slots[0].memory: 0x3e8 is not whole pages");
    EXPECT_EQ(refused("/slots/0/memory", "0"), "request.slots[0].memory: must be more than 0");
    EXPECT_EQ(refused("/slots/0/memory", "[]"), "request.slots[0].memory: it is empty");
    EXPECT_EQ(refused("/slots/0/memory", "\"12Q\""),
              "request.slots[0].memory: \"12Q\" is no number");
    EXPECT_EQ(refused("/slots/0/cpus", "0"), "request.slots[0].cpus: 0 is not between 1 and 64");
    EXPECT_EQ(refused("/slots/0/cpus", "\"3-1\""),
              "request.slots[0].cpus: \"3-1\" is no list of CPUs below 64");
    EXPECT_EQ(refused("/guests/0/image/file", "\"../x\""),
              "request.guests[0].image.file: \"../x\" is not the name of a file");
    EXPECT_EQ(refused("/channels/1", R"({"name": "link", "size": 4096})"),
              "request: channel \"link\" is there twice");
    EXPECT_EQ(refused("/remote_io", R"([{"name": "d", "backend": "root", "frontend": "s0"}])"),
              "request.remote_io[0].memory: missing");
    EXPECT_EQ(refused("/remote_io", R"([{"name": "d", "bind_key": 1}])"),
              "request.remote_io[0].bind_key: unknown key");
    std::string many = "[";
    for (int i = 0; i < 16; ++i) {
        many += std::string(i == 0 ? "" : ",") + R"({"name": "m)" + std::to_string(i) +
                R"(", "memory": 4096})";
    }
    EXPECT_EQ(refused("/slots", many + "]"), "request: 17 slots and guests, and 15 are the most");
}

TEST(LayoutInput, WhatIsNotSaidIsChosen) {
    const Layout layout = Scene().layout();
    ASSERT_EQ(layout.vms.size(), 4U);
    EXPECT_EQ(layout.vms[1].cpus, (std::vector<unsigned>{2}));
    EXPECT_EQ(layout.vms[3].cpus, (std::vector<unsigned>{4, 5}));
    EXPECT_EQ(layout.vms[0].memory[0].physical, 0x42000000U);
    EXPECT_EQ(layout.vms[0].entry, 0x42000000U);
    EXPECT_EQ(layout.vms[1].memory[0].ipa, 0x10000000U);  // the stub
    EXPECT_EQ(layout.vms[1].memory[1].ipa, 0x40000000U);
    EXPECT_EQ(layout.vms[2].memory[2].ipa, 0x41000000U);
    EXPECT_EQ(layout.vms[1].attachments[0].where.ipa, 0xf0000000U);
    EXPECT_EQ(layout.shared[2].interrupt, 140U);
    EXPECT_EQ(layout.shared[0].interrupt, 0U);
}

TEST(LayoutInput, DevicesThatNobodyNamed) {
    const Layout layout = Scene().request("/root/devices", "\"others\"").layout();
    ASSERT_EQ(layout.root().devices.size(), 2U);
    EXPECT_EQ(layout.root().devices[0].name, "uart0");
    EXPECT_EQ(layout.root().devices[1].name, "dma0");
}

TEST(LayoutInput, ADoorbellAtAWindow) {
    const Layout layout = Scene().request("/slots/0/doorbell", "true").layout();
    EXPECT_EQ(layout.shared[0].interrupt, 140U);
    EXPECT_EQ(layout.shared[2].interrupt, 141U);
    EXPECT_EQ(Scene().request("/slots/0/doorbell", "true").problems(), "");
}

}  // namespace
}  // namespace bao_test
