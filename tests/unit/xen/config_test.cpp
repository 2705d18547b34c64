// SPDX-License-Identifier: Apache-2.0
#include "plugins/xen/domain/config.hpp"

#include "plugins/xen/domain/config_text.hpp"
#include "support.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;

DomainConfig full() {
    DomainConfig out;
    out.name = "runphi-c1";
    out.uuid = "00112233-4455-8677-8899-aabbccddeeff";
    out.kernel = "/run/k";
    out.ramdisk = "/run/i";
    out.device_tree = "/run/d";
    out.cpu.vcpus = 2;
    out.cpu.affinity = {{1}, {2, 3}};
    out.cpu.pool = "rt";
    out.cpu.scheduling.weight = 512;
    out.cpu.scheduling.cap = 50;
    out.mem.kib = 65536;
    out.dev.iomem = {{0x9010, 1, 0x9010}, {0xa000, 2, 0x80000}};
    out.dev.irqs = {34, 35};
    out.dev.dtdevs = {"/soc/dma@1000"};
    out.net.vifs = {{"00:16:3e:01:02:03", "xenbr0", {}, {}},
                    {"02:00:00:00:00:01", {}, "rphi0000000001", "/lib/helper"}};
    out.disk = Disk{"/dev/loop3", "/lib/helper", false};
    out.comm.vuart = true;
    out.comm.channels = {{0x70000, 16, 0x70000}};
    out.boot.cmdline = R"(console=hvc0 a="b c" d\e)";
    return out;
}

TEST(DomainConfig, IsWrittenInTheSyntaxOfXl) {
    EXPECT_EQ(config_text(full()), R"(name = "runphi-c1"
uuid = "00112233-4455-8677-8899-aabbccddeeff"
type = "pvh"
kernel = "/run/k"
ramdisk = "/run/i"
device_tree = "/run/d"
cmdline = "console=hvc0 a=\"b c\" d\\e"
memory = 64
maxmem = 64
vcpus = 2
cpus = [ "1", "2,3" ]
pool = "rt"
cpu_weight = 512
cap = 50
vuart = "sbsa_uart"
iomem = [ "9010,1", "a000,2@80000", "70000,10" ]
irqs = [ 34, 35 ]
dtdev = [ "/soc/dma@1000" ]
vif = [ "mac=00:16:3e:01:02:03,bridge=xenbr0", "mac=02:00:00:00:00:01,script=/lib/helper" ]
disk = [ "format=raw,vdev=xvda,backendtype=phy,access=ro,target=/dev/loop3" ]
on_poweroff = "destroy"
on_reboot = "destroy"
on_watchdog = "destroy"
on_crash = "destroy"
)");
}

TEST(DomainConfig, SaysNothingOfWhatIsNotThere) {
    DomainConfig domain;
    domain.name = "runphi-c1";
    domain.kernel = "/k";
    domain.pv = true;
    domain.mem.kib = 8192;
    domain.cpu.scheduling.period = 100;
    domain.cpu.scheduling.budget = 50;
    EXPECT_EQ(config_text(domain), R"(name = "runphi-c1"
type = "pv"
kernel = "/k"
memory = 8
maxmem = 8
vcpus = 1
period = 100
budget = 50
on_poweroff = "destroy"
on_reboot = "destroy"
on_watchdog = "destroy"
on_crash = "destroy"
)");
}

// What the helper reads is what was written: both texts of it say the same.
TEST(DomainConfig, CrossesToTheHelperWhole) {
    DomainConfig domain = full();
    domain.boot.raw = BootPart::Raw{0x40080000, 0x40080004};
    domain.comm.agent = true;
    domain.boot.inmate = true;
    const DomainConfig read = read_domain(write_domain(domain));
    EXPECT_EQ(config_text(read), config_text(domain));
    EXPECT_EQ(write_domain(read), write_domain(domain));
    EXPECT_EQ(read.boot.raw->entry, 0x40080004u);
    EXPECT_TRUE(read.comm.agent);
    EXPECT_TRUE(read.boot.inmate);
    EXPECT_TRUE(has_container_vifs(read.net));
    EXPECT_EQ(read.disk->device, "/dev/loop3");
    EXPECT_EQ(read.net.vifs[1].device, "rphi0000000001");
}

TEST(DomainConfig, RefusalsNameThePlace) {
    std::string text = write_domain(full());
    text.replace(text.find("\"vcpus\":2"), 9, "\"vcpus\":3");
    EXPECT_EQ(refusal([&] { read_domain(text); }),
              "domain.parts.cpu.affinity: not as many as virtual CPUs");
    EXPECT_HAS(refusal([] { read_domain("{}"); }), "domain.parts: missing");
}

}  // namespace
}  // namespace xen_test
