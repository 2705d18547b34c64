// SPDX-License-Identifier: Apache-2.0
// What the resource managers make of grants.
#include "planner.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;

TEST(Managers, ALinuxGuestHasXensConsoleAndTheSerialPortAsItsAgent) {
    Planner planner;
    Wish wish;
    wish.cmdline = "quiet";
    const DomainConfig domain = planner.domain(wish, arm64_image());
    EXPECT_EQ(domain.name, "runphi-c1");
    EXPECT_FALSE(domain.pv);
    EXPECT_EQ(domain.mem.kib, 262144u);
    EXPECT_TRUE(domain.comm.vuart);
    EXPECT_TRUE(domain.comm.agent);
    EXPECT_EQ(domain.boot.cmdline,
              "loglevel=1 quiet console=hvc0 panic=-1 cryptomgr.notests rdinit=/.runphi/init "
              "runphi.console=hvc0 runphi.agent=ttyAMA0");
    EXPECT_FALSE(domain.boot.raw);
}

TEST(Managers, AKernelOfTheImagesOwnGetsAConsoleIfItNamesNone) {
    Planner planner;
    Wish wish;
    wish.kind = "kernel";
    wish.cmdline = "root=/dev/ram0";
    EXPECT_EQ(planner.domain(wish, arm64_image()).boot.cmdline, "root=/dev/ram0 console=hvc0");
    EXPECT_FALSE(planner.domain(wish, arm64_image()).comm.vuart);
    wish.cmdline = "console=ttyS0";
    EXPECT_EQ(planner.domain(wish, arm64_image()).boot.cmdline, "console=ttyS0");
}

TEST(Managers, CpusArePinnedOneByOneOrToAll) {
    Planner planner;
    Wish wish;
    wish.cpus = "[2,5]";
    wish.cpu_count = "2";
    using Lists = std::vector<std::vector<unsigned>>;
    EXPECT_EQ(planner.domain(wish, arm64_image()).cpu.affinity, (Lists{{2}, {5}}));
    wish.cpus = "[1,2,3]";
    EXPECT_EQ(planner.domain(wish, arm64_image()).cpu.affinity, (Lists{{1, 2, 3}, {1, 2, 3}}));
    wish.cpus = "[]";
    EXPECT_TRUE(planner.domain(wish, arm64_image()).cpu.affinity.empty());
    wish.cpu_count = "129";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "129 virtual CPUs");
}

TEST(Managers, AnnotationsChooseThePoolAndTheScheduler) {
    Planner planner;
    Wish wish;
    wish.options =
        R"({"cpupool":"rt","sched":"rtds","sched-period":"10000","sched-budget":"4000"})";
    const CpuPart cpu = planner.domain(wish, arm64_image()).cpu;
    EXPECT_EQ(cpu.pool, "rt");
    EXPECT_EQ(cpu.scheduling.scheduler, "rtds");
    EXPECT_EQ(cpu.scheduling.period, 10000u);
    EXPECT_EQ(cpu.scheduling.budget, 4000u);
}

TEST(Managers, AnnotationsThatMakeNoSenseAreRefused) {
    const std::pair<const char*, const char*> bad[] = {
        {R"({"speed":"1"})", "org.runphi.xen.speed: unknown"},
        {R"({"sched":"sedf"})", "\"sedf\" is not credit"},
        {R"({"sched-weight":"0"})", "expected 1 to 65535, found \"0\""},
        {R"({"sched-weight":"2x"})", "found \"2x\""},
        {R"({"sched":"null","sched-weight":"3"})", "the scheduler null has no weight"},
        {R"({"sched":"credit2","sched-period":"100","sched-budget":"50"})", "has no period"},
        {R"({"sched-period":"100"})", "there is no sched-budget"},
        {R"({"sched-budget":"100"})", "there is no sched-period"},
        {R"({"sched-period":"100","sched-budget":"101"})", "more than the period"},
        {R"({"sched-cap":"1","sched-period":"100","sched-budget":"50"})", "other schedulers"},
        {R"({"cpupool":""})", "no name of a CPU pool"},
        {R"({"cpupool":"a\"b"})", "no name of a CPU pool"}};
    Planner planner;
    for (const auto& [options, words] : bad) {
        Wish wish;
        wish.options = options;
        EXPECT_HAS(planner.refused(wish, arm64_image()), words);
    }
}

TEST(Managers, MemoryIsWholeMebibytes) {
    Planner planner;
    Wish wish;
    wish.memory = "268439552";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "whole MiB");
    wish.memory = "1048576";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "at least 8");
    wish.memory = "8388608";
    EXPECT_HAS(planner.refused(wish, arm64_image() + std::string(9U << 20, 'x')),
               "and its memory has 8388608");
}

TEST(Managers, DevicesBecomePagesInterruptsAndPaths) {
    Planner planner;
    planner.settings = R"({"device_trees":{"rtc":"/etc/runphi/rtc.dtb"}})";
    Wish wish;
    wish.devices = R"(["rtc"])";
    wish.board_devices = R"([{"name":"rtc","path":"/pl031@9010000"}])";
    wish.iomems = R"([{"base":151060480,"size":4096},{"base":4096,"size":8192}])";
    wish.asked_iomems = R"([{"base":4096,"size":8192,"guest_base":2147483648}])";
    wish.irqs = "[34]";
    wish.asked_paths = R"(["/soc/dma@1000"])";
    const DevPart dev = planner.domain(wish, arm64_image()).dev;
    ASSERT_EQ(dev.iomem.size(), 2u);
    EXPECT_EQ(dev.iomem[0].first, 0x9010u);
    EXPECT_EQ(dev.iomem[0].guest_first, 0x9010u);
    EXPECT_EQ(dev.iomem[1].count, 2u);
    EXPECT_EQ(dev.iomem[1].guest_first, 0x80000u);
    EXPECT_EQ(dev.irqs, std::vector<unsigned>{34});
    EXPECT_EQ(dev.dtdevs, std::vector<std::string>{"/soc/dma@1000"});
    EXPECT_EQ(dev.device_tree, "/etc/runphi/rtc.dtb");
}

TEST(Managers, DevicesThatXenCannotGiveAreRefused) {
    Planner planner;
    Wish wish;
    wish.iomems = R"([{"base":4097,"size":4096}])";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "whole pages of 4 KiB");
    wish.iomems = R"([{"base":4096,"size":100}])";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "whole pages of 4 KiB");
    wish = {};
    wish.irqs = "[31]";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "interrupt 31: a guest can have shared");
    wish = {};
    wish.devices = R"(["nic"])";
    wish.board_devices = R"([{"name":"nic","path":"0000:00:02.0"}])";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "0000:00:02.0");
    wish = {};
    wish.iomems = R"([{"base":4096,"size":8192}])";
    wish.channels = R"([{"name":"ring@0x1000","peer":0,"size":4096}])";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "two things at one address");
    planner.settings = R"({"device_trees":{"a":"/a.dtb","b":"/b.dtb"}})";
    wish = {};
    wish.devices = R"(["a","b"])";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "a domain takes one");
}

TEST(Managers, AChannelIsTheMemoryThatItsNameSays) {
    Planner planner;
    Wish wish;
    wish.channels = R"([{"name":"ring@0x70000000","peer":1,"size":65536}])";
    const CommPart comm = planner.domain(wish, arm64_image()).comm;
    ASSERT_EQ(comm.channels.size(), 1u);
    EXPECT_EQ(comm.channels[0].first, 0x70000u);
    EXPECT_EQ(comm.channels[0].count, 16u);
    EXPECT_EQ(comm.channels[0].guest_first, 0x70000u);
    for (const char* name : {"ring", "ring@0x", "ring@0xzz", "ring@70000000"}) {
        wish.channels = std::string(R"([{"name":")") + name + R"(","peer":1,"size":4096}])";
        EXPECT_HAS(planner.refused(wish, arm64_image()), "does not end with the address");
    }
}

TEST(Managers, ANetworkIsABridgeOfDom0s) {
    Planner planner;
    Wish wish;
    wish.mode = "backend";
    wish.net = "bridge=xenbr0";
    const NetPart net = planner.domain(wish, arm64_image()).net;
    ASSERT_EQ(net.vifs.size(), 1u);
    EXPECT_EQ(net.vifs[0].bridge, "xenbr0");
    EXPECT_EQ(net.vifs[0].mac.substr(0, 9), "00:16:3e:");
    EXPECT_EQ(net.vifs[0].mac, planner.domain(wish, arm64_image()).net.vifs[0].mac);
    for (const char* wrong : {"container", "xenbr0"}) {
        wish.net = wrong;
        EXPECT_HAS(planner.refused(wish, arm64_image()), "a bridge of dom0, or none");
    }
    for (const char* wrong : {"bridge=", "bridge=a/b", "bridge=averylongbridge0", "bridge=a,b"}) {
        wish.net = wrong;
        EXPECT_HAS(planner.refused(wish, arm64_image()), "no name of a bridge");
    }
}

TEST(Managers, OnX86GuestsArePvhOrPv) {
    Planner planner;
    planner.set_capabilities("xen-3.0-x86_64 hvm-3.0-x86_64");
    Wish wish;
    wish.arch = "x86_64";
    EXPECT_FALSE(planner.domain(wish, bzimage()).pv);
    EXPECT_FALSE(planner.domain(wish, bzimage()).comm.vuart);
    EXPECT_TRUE(planner.domain(wish, bzimage()).comm.agent);
    EXPECT_HAS(planner.domain(wish, bzimage()).boot.cmdline,
               "runphi.console=hvc0 runphi.agent=hvc1");
    wish.irqs = "[4]";
    EXPECT_HAS(planner.refused(wish, bzimage()), "a PVH guest has no way to take it");
    planner.settings = R"({"type":"pv"})";
    EXPECT_TRUE(planner.domain(wish, bzimage()).pv);
    Wish inmate = wish;
    inmate.irqs = "[]";
    inmate.kind = "inmate";
    EXPECT_HAS(planner.refused(inmate,
                               "\x7f"
                               "ELF"),
               "boots kernels only");
    wish.asked_paths = R"(["/soc"])";
    EXPECT_HAS(planner.refused(wish, bzimage()), "x86 has no device tree");
    planner.set_capabilities("xen-3.0-aarch64");
    EXPECT_HAS(planner.refused(wish, bzimage()),
               "this Xen runs no guest of the kind xen-3.0-x86_64");
}

TEST(Managers, ADiskIsARawImageBesideAKernel) {
    Planner planner;
    Wish wish;
    wish.kind = "kernel";
    const auto disk = [&](const std::string& format, const std::string& bus, unsigned length) {
        wish.disk = length;
        wish.extra_image = R"(,{"role":"disk","path":"/d","length":)" + std::to_string(length) +
                           R"(,"format":")" + format + R"(","bus":")" + bus +
                           R"(","writable":true})";
    };
    disk("raw", "virtio", 1U << 30);  // larger than the guest's memory
    const DomainConfig domain = planner.domain(wish, arm64_image());
    ASSERT_TRUE(domain.disk);
    EXPECT_TRUE(domain.disk->writable);
    disk("qcow2", "virtio", 4096);
    EXPECT_HAS(planner.refused(wish, arm64_image()), "takes raw images");
    disk("raw", "ahci", 4096);
    EXPECT_HAS(planner.refused(wish, arm64_image()), "on the bus ahci");
    disk("raw", "virtio", 4097);
    EXPECT_HAS(planner.refused(wish, arm64_image()), "no whole number of 512-byte sectors");
}

TEST(Managers, KernelsThatLibxlLoadsNotAreRefused) {
    Planner planner;
    EXPECT_HAS(planner.refused({}, bzimage()),
               "the kernel is a bzImage, and Xen loads arm64 Images");
    EXPECT_HAS(planner.refused({}, "text"), "none of Image, ELF and bzImage");
    Wish wish;
    wish.extra_image = R"(,{"role":"disk","path":"/d","length":1,"format":"raw"})";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "a disk (/d)");
    wish = {};
    wish.cmdline = "a --";
    EXPECT_HAS(planner.refused(wish, arm64_image()), "is not possible for a container");
}

}  // namespace
}  // namespace xen_test
