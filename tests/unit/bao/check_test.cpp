// SPDX-License-Identifier: Apache-2.0
// Each check of a layout fails for what it is for, and for nothing else.
#include "unit/bao/layout_support.hpp"

namespace bao_test {
namespace {

#define EXPECT_ONLY(scene, text) EXPECT_EQ((scene).problems(), std::string(text) + "\n")
#define EXPECT_PROBLEM(scene, text) \
    EXPECT_PRED2(::bao_test::contains, (scene).problems(), std::string(text))

TEST(LayoutCheck, AGoodOne) {
    EXPECT_EQ(Scene().problems(), "");
    EXPECT_EQ(Scene().with_mpu().problems(), "");
    EXPECT_EQ(Scene()
                  .board("/backends/bao/gic/version", "2")
                  .board("/backends/bao/gic/cpu_interface", "\"0x8010000\"")
                  .problems(),
              "");
}

TEST(LayoutCheck, Cpus) {
    EXPECT_ONLY(Scene().request("/slots/0/cpus", "\"1\""),
                "VM \"root\" and VM \"s0\" both have CPU 1");
    EXPECT_ONLY(Scene().request("/slots/0/cpus", "\"7\""),
                "VM \"s0\": CPU 7, and platform \"lab\" has 6: Bao would wait for it for ever");
    EXPECT_ONLY(Scene()
                    .board("/cpus/ids", "\"0-4\"")
                    .board("/backends/bao/cpus", "6")
                    .request("/guests/0/cpus", "\"5\""),
                "VM \"g0\": CPU 5 is not one that board \"lab\" gives to VMs");
    EXPECT_EQ(Scene().request("/guests/0/cpus", "3").refused(),
              "VM \"g0\": 3 CPUs asked for, 2 of board \"lab\" are left");
}

TEST(LayoutCheck, MemoryOfTheMachine) {
    EXPECT_ONLY(Scene()
                    .request("/slots/0/memory", R"({"physical": "0x42000000", "size": "2M"})")
                    .request("/root/memory", R"({"physical": "0x42000000", "size": "256M"})"),
                "VM \"root\"'s memory at 0x42000000-0x51ffffff overlaps VM \"s0\"'s memory at "
                "0x42000000-0x421fffff");
    EXPECT_ONLY(Scene().request("/slots/0/memory", R"({"physical": "0x41000000", "size": "2M"})"),
                "Bao itself (\"hypervisor\") at 0x40000000-0x41ffffff overlaps VM \"s0\"'s memory "
                "at 0x41000000-0x411fffff");
    EXPECT_ONLY(Scene().request("/slots/0/memory", R"({"physical": "0xc0000000", "size": "2M"})"),
                "VM \"s0\"'s memory at 0xc0000000-0xc01fffff is not within one memory region of "
                "platform \"lab\"");
    EXPECT_PROBLEM(Scene().board("/backends/bao/hypervisor/base", "\"0x40000800\""),
                   "Bao itself (\"hypervisor\") at 0x40000800-0x420007ff is not whole pages");
    EXPECT_ONLY(
        Scene().board("/backends/bao/hypervisor/size", "\"1M\""),
        "board \"lab\" keeps 0x100000 bytes for Bao (\"hypervisor\"), and it needs 0x255200 "
        "for its image with the stubs, its CPUs and the page tables of the VMs");
    EXPECT_EQ(Scene().request("/slots/0/memory", "\"1G\"").refused(),
              "VM \"s0\": 0x40000000 bytes asked for, the largest free piece has 0x2fe00000");
    EXPECT_ONLY(Scene().request("/channels/0/physical", "\"0x40000000\""),
                "Bao itself (\"hypervisor\") at 0x40000000-0x41ffffff overlaps channel \"link\" at "
                "0x40000000-0x4000ffff");
}

TEST(LayoutCheck, OneToOne) {
    EXPECT_ONLY(
        Scene().request("/root/memory",
                        R"({"ipa": "0x80000000", "physical": "0x50000000", "size": "256M"})"),
        "VM \"root\": memory at 0x50000000 is to be seen at 0x80000000, and its image "
        "stays where the boot loader puts it");
    EXPECT_ONLY(Scene().with_mpu().request("/slots/0/memory",
                                           R"({"ipa": "0x90000000", "physical": "0x60000000",
                                               "size": "2M"})"),
                "VM \"s0\": memory at 0x60000000 is to be seen at 0x90000000, and with an MPU "
                "every VM sees physical addresses");
    Layout layout = Scene().with_mpu().layout();
    layout.vms[1].attachments[0].where.ipa = 0xf0000000;
    EXPECT_TRUE(contains(check(layout).at(0).what, "and with an MPU that is not possible"));
}

TEST(LayoutCheck, Slots) {
    EXPECT_ONLY(Scene().request("/slots/1/stub", "\"32K\""),
                "VM \"s1\": 0x8000 bytes for the stub, and it needs 0x10000");
    EXPECT_ONLY(Scene().request("/slots/1/memory", R"(["2M", "2M", "2M", "2M", "2M"])"),
                "VM \"s1\": 5 pieces of memory, and a slot has 1 to 4");
    EXPECT_ONLY(Scene().request("/slots/1/window", "\"64K\""),
                "the window of slot \"s1\" has 0x10000 bytes, and a window has 0x30000 to "
                "0x40000000");
}

TEST(LayoutCheck, AddressesOfAVm) {
    EXPECT_ONLY(Scene().request("/slots/1/memory",
                                R"([{"ipa": "0x40000000", "size": "4M"},
                                    {"ipa": "0x40200000", "size": "4M"}])"),
                "VM \"s1\"'s memory at 0x40000000-0x403fffff overlaps VM \"s1\"'s memory at "
                "0x40200000-0x405fffff");
    EXPECT_PROBLEM(Scene().request("/slots/1/memory", R"({"ipa": "0x8000000", "size": "2M"})"),
                   "VM \"s1\"'s memory at 0x8000000-0x81fffff overlaps VM \"s1\"'s interrupt "
                   "controller at 0x8000000-0x800ffff");
    EXPECT_ONLY(Scene().request("/slots/0/memory", R"({"ipa": "0x9000000", "size": "2M"})"),
                "VM \"s0\"'s memory at 0x9000000-0x91fffff overlaps VM \"s0\"'s device \"uart1\" "
                "at 0x9040000-0x9040fff");
    Layout layout = Scene().layout();
    layout.vms[1].attachments[0].where.ipa = layout.vms[1].memory[1].ipa;
    EXPECT_TRUE(contains(check(layout).at(0).what, "overlaps VM \"s0\"'s view of the window of"));
    layout = Scene().layout();
    layout.vms[1].memory[1].ipa += 0x800;
    EXPECT_TRUE(contains(check(layout).at(0).what, "does not begin with a page"));
}

TEST(LayoutCheck, Images) {
    EXPECT_ONLY(Scene().request("/root/image/size", "\"512M\""),
                "VM \"root\": its image \"root.bin\" of 0x20000000 bytes is not within one piece "
                "of its memory");
    EXPECT_ONLY(Scene().request("/guests/0/image/entry", "\"0x1000000\""),
                "VM \"g0\": its entry 0x57200000 is not an instruction's address within its image "
                "at 0x56200000-0x571fffff");
    EXPECT_ONLY(
        Scene().request("/guests/0/image/entry", "\"0x200004\""),
        "VM \"g0\": its entry is 0x200004 bytes behind its image's beginning, and a guest's is "
        "at most 0x200000");
    // As bytes from 0x56200000 on, the last instruction of all addresses.
    EXPECT_PROBLEM(Scene().request("/guests/0/image/entry", "\"0xffffffffa9dffffc\""),
                   "VM \"g0\": its entry 0xfffffffffffffffc is not an instruction's address");
    EXPECT_PROBLEM(Scene().request("/guests/0/image/entry", "2"),
                   "VM \"g0\": its entry 0x56200002 is not an instruction's address");
}

TEST(LayoutCheck, Devices) {
    EXPECT_PROBLEM(Scene().request("/root/devices", R"(["uart0", "uart1"])"),
                   "VM \"root\" and VM \"s0\" both have device \"uart1\"");
    EXPECT_ONLY(Scene()
                    .board("/devices/1/iomem/0/base", "\"0x9000800\"")
                    .board("/devices/1/iomem/0/size", "1024")
                    .board("/devices/0/iomem/0/size", "1024"),
                "device \"uart1\" of VM \"s0\" has a page of device \"uart0\" of VM \"root\", "
                "0x9000000-0x9000fff");
    EXPECT_PROBLEM(Scene().board("/devices/0/iomem/0/base", "\"0x8001000\""),
                   "device \"uart0\" of VM \"root\" has a page of the interrupt controller, "
                   "0x8001000-0x8001fff");
    EXPECT_PROBLEM(Scene().board("/devices/0/iomem/0/base", "\"0x70000000\""),
                   "device \"uart0\" of VM \"root\" has a page of the machine's memory");
    EXPECT_EQ(Scene().request("/root/devices", R"(["uart7"])").refused(),
              "VM \"root\": board \"lab\" has no device \"uart7\"");
}

TEST(LayoutCheck, DmaIsOneToOneOrTranslated) {
    Scene chosen;
    chosen.request("/slots/0/devices", R"(["dma0"])");
    EXPECT_EQ(chosen.problems(), "");
    const Layout layout = chosen.layout();
    EXPECT_EQ(layout.vms[1].memory[1].ipa, layout.vms[1].memory[1].physical);
    const std::string elsewhere = R"({"ipa": "0x80000000", "size": "2M"})";
    EXPECT_ONLY(chosen.request("/slots/0/memory", elsewhere),
                "VM \"s0\": device \"dma0\" accesses memory by itself, and no SMMU translates "
                "0x80000000 to 0x52200000 for it");
    chosen.board("/backends/bao/devices/dma0/stream", "5");
    EXPECT_ONLY(chosen, "VM \"s0\": device \"dma0\" has stream 5, and board \"lab\" has no SMMU");
    chosen.board("/backends/bao/smmu", R"({"base": "0x9100000", "size": "64K", "interrupt": 50})");
    EXPECT_EQ(chosen.problems(), "");
    chosen.board("/backends/bao/devices/can0", R"({"stream": 5})");
    EXPECT_ONLY(chosen,
                "VM \"g0\": device \"can0\" has stream 5, and so has VM \"s0\": device \"dma0\"");
    chosen.board("/backends/bao/devices/can0", "{}").board("/devices/3/irqs", "[50]");
    EXPECT_ONLY(chosen, "VM \"g0\": device \"can0\": interrupt 50 is the SMMU's, too");
}

TEST(LayoutCheck, Interrupts) {
    EXPECT_ONLY(
        Scene().board("/devices/1/irqs", "[33]"),
        "VM \"s0\": device \"uart1\": interrupt 33 is VM \"root\": device \"uart0\"'s, too");
    EXPECT_PROBLEM(Scene().board("/devices/1/irqs", "[25]"),
                   "VM \"s0\": device \"uart1\": interrupt 25 is the interrupt controller's "
                   "maintenance's, too");
    EXPECT_PROBLEM(Scene().board("/devices/1/irqs", "[27]"),
                   "VM \"s0\": device \"uart1\": interrupt 27 is none that a device raises");
    EXPECT_ONLY(Scene().board("/devices/1/irqs", "[160]"),
                "VM \"s0\": device \"uart1\": interrupt 160, and the interrupt controller has 160");
    EXPECT_ONLY(Scene().board("/backends/bao/reserved_irqs", "[40]"),
                "VM \"s0\": device \"uart1\": interrupt 40 is Bao's, too");
}

TEST(LayoutCheck, Doorbells) {
    EXPECT_ONLY(Scene().request("/channels/0/irq", "40"),
                "VM \"s0\": doorbell 40 of \"link\" is device \"uart1\"'s there, too");
    EXPECT_PROBLEM(Scene().request("/channels/0/irq", "160"),
                   "VM \"root\": doorbell 160 of \"link\" is not an SPI of its interrupt "
                   "controller, which are 32 to 159");
    EXPECT_PROBLEM(Scene().request("/channels/0/irq", "27"),
                   "doorbell 27 of \"link\" is not an SPI");
    EXPECT_PROBLEM(Scene()
                       .request("/channels/1", R"({"name": "other", "size": "4K", "irq": 140})")
                       .request("/channels/0/irq", "140")
                       .request("/root/channels", R"(["link", "other"])")
                       .request("/guests/0/channels", R"(["other"])"),
                   "VM \"root\": doorbell 140 of \"other\" is \"link\"'s there, too");
    EXPECT_EQ(Scene().board("/irqs", "[]").refused(),
              "channel \"link\": none of the interrupts of board \"lab\" is left for it");
}

TEST(LayoutCheck, Channels) {
    EXPECT_ONLY(Scene().request("/slots/0/channels", "[]"), "channel \"link\" has 1 end");
    EXPECT_EQ(Scene().request("/slots/0/channels", R"(["lonk"])").refused(),
              "VM \"s0\": there is no channel \"lonk\"");
    EXPECT_PROBLEM(Scene()
                       .board("/memory/pools/0/size", "\"6G\"")
                       .board("/backends/bao/regions/0/size", "\"8G\"")
                       .request("/channels/0/size", "\"2G\""),
                   "channel \"link\" has 0x80000000 bytes, and 0x40000000 are the most");
    Layout layout = Scene().layout();
    layout.vms[1].attachments[1].where.size *= 2;
    EXPECT_TRUE(contains(check(layout).at(0).what,
                         "VM \"s0\" sees 0x20000 bytes of channel \"link\", which has 0x10000"));
}

constexpr const char* disk_of_s0 =
    R"([{"name": "disk", "backend": "root", "frontend": "s0", "memory": "1M"}])";

struct WithDisk : Scene {
    WithDisk() { request("/remote_io", disk_of_s0); }
};

// One end of it, changed behind the back of whoever placed it.
std::string changed_end(const char* of, void (*change)(RemoteEnd&)) {
    Layout layout = WithDisk().layout();
    for (LaidVm& vm : layout.vms) {
        if (vm.name == of) change(vm.remote.at(0));
    }
    std::string out;
    for (const Problem& one : check(layout)) out += one.what + "\n";
    return out;
}

TEST(LayoutCheck, RemoteIoIsAPair) {
    EXPECT_EQ(WithDisk().problems(), "");
    EXPECT_EQ(WithDisk().with_mpu().problems(), "");
    EXPECT_PROBLEM(
        WithDisk().request("/remote_io/0/frontend", "\"root\""),
        "remote I/O device \"disk\" (bind key 0) has both ends in VM \"root\", where its "
        "driver would wait for itself");
    EXPECT_EQ(WithDisk().request("/remote_io/0/backend", "\"s7\"").refused(),
              "remote I/O device \"disk\": there is no VM \"s7\"");
    EXPECT_EQ(WithDisk().request("/remote_io/0/name", "\"uart0\"").refused(),
              "remote I/O device \"uart0\": board \"lab\" has a device of that name");
    EXPECT_EQ(
        changed_end("s0", [](RemoteEnd& end) { end.backend = true; }),
        "remote I/O device \"disk\" (bind key 0) has 0 frontends and 2 backends, and Bao wants "
        "exactly one of each\n");
    EXPECT_TRUE(contains(changed_end("s0", [](RemoteEnd& end) { end.key = 1; }),
                         "\"disk\" (bind key 1) has 1 frontends and 0 backends"));
}

TEST(LayoutCheck, RemoteIoHasOneMemory) {
    EXPECT_TRUE(contains(changed_end("s0", [](RemoteEnd& end) { end.where.ipa = 0xe0000000; }),
                         "0x100000 bytes at 0xe0000000, in VM \"s0\", and Bao wants the same in "
                         "both"));
    EXPECT_TRUE(contains(changed_end("s0", [](RemoteEnd& end) { end.where.size /= 2; }),
                         "and memory 3, 0x80000 bytes at"));
    EXPECT_TRUE(contains(changed_end("s0", [](RemoteEnd& end) { end.shared = 2; }),
                         "sees 0x100000 bytes of its memory at 0x"));
    EXPECT_TRUE(
        contains(changed_end("root", [](RemoteEnd& end) { end.shared = 9; }),
                 "VM \"root\": backend of remote I/O device \"disk\" has shared memory 9 of "
                 "4"));
    EXPECT_TRUE(contains(changed_end("root", [](RemoteEnd& end) { end.where.size *= 2; }),
                         "sees 0x200000 bytes of its memory at"));
    EXPECT_PROBLEM(WithDisk().request("/remote_io/0/physical", "\"0x40000000\""),
                   "overlaps remote I/O device \"disk\" at 0x40000000-0x400fffff");
    EXPECT_EQ(WithDisk().request("/remote_io/0/memory", "\"1G\"").refused(),
              "remote I/O device \"disk\": 0x40000000 bytes asked for, the largest free piece has "
              "0x27a00000");
}

TEST(LayoutCheck, NumbersOfRemoteIoAreBytes) {
    EXPECT_ONLY(
        WithDisk().board("/backends/bao/gic/lines", "320").request("/remote_io/0/irq", "256"),
        "VM \"root\": backend of remote I/O device \"disk\" has interrupt 256, which is not an "
        "SPI of its interrupt controller that Bao passes on, 32 to 255\n"
        "VM \"s0\": frontend of remote I/O device \"disk\" has interrupt 256, which is not an "
        "SPI of its interrupt controller that Bao passes on, 32 to 255");
    EXPECT_EQ(
        WithDisk().board("/irqs", "[140, 256]").refused(),
        "remote I/O device \"disk\": none of the interrupts up to 255 of board \"lab\" is left "
        "for it");
    EXPECT_TRUE(
        contains(changed_end("s0", [](RemoteEnd& end) { end.key = 256; }),
                 "VM \"s0\": frontend of remote I/O device \"disk\" has bind key 256, and Bao "
                 "passes no more than 255 on"));
    EXPECT_PROBLEM(WithDisk().request("/remote_io/0/irq", "40"),
                   "VM \"s0\": interrupt 40 of remote I/O device \"disk\" is device \"uart1\"'s "
                   "there, too");
    EXPECT_PROBLEM(
        WithDisk().request("/remote_io/0/irq", "140").request("/channels/0/irq", "140"),
        "VM \"root\": interrupt 140 of remote I/O device \"disk\" is \"link\"'s there, too");
    std::string all = "[";
    for (int i = 0; i < 17; ++i) {
        all += std::string(i == 0 ? "" : ",") + R"({"name": "d)" + std::to_string(i) +
               R"(", "backend": "root", "frontend": "s0", "memory": "64K", "irq": )" +
               std::to_string(100 + i) + "}";
    }
    EXPECT_ONLY(Scene().request("/remote_io", all + "]"),
                "VM \"root\" makes 17 remote I/O devices, and Bao's driver for Linux knows 16");
}

TEST(LayoutCheck, RegistersOfRemoteIoAreNowhereElse) {
    EXPECT_ONLY(
        WithDisk().request("/remote_io/0/registers", "\"0x9040000\""),
        "VM \"s0\"'s registers of remote I/O device \"disk\" at 0x9040000-0x9040fff overlaps "
        "VM \"s0\"'s device \"uart1\" at 0x9040000-0x9040fff");
    EXPECT_TRUE(contains(changed_end("s0", [](RemoteEnd& end) { end.registers = {}; }),
                         "which do not begin with a page"));
    EXPECT_EQ(WithDisk().layout().vms[1].remote.at(0).registers.first, 0x20000000U);
}

}  // namespace
}  // namespace bao_test
