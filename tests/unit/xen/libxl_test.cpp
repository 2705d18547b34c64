// SPDX-License-Identifier: Apache-2.0
// A domain as libxl is handed it, field by field: no Xen is needed for that.
#include <gtest/gtest.h>

#include "plugins/xen/helper/build.hpp"
#include "plugins/xen/hypervisor/hypervisor.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;

constexpr unsigned machine_cpus = 12;  // more than a byte of a map has

std::vector<int> set_in(const libxl_bitmap& map) {
    std::vector<int> out;
    for (int i = 0; i < static_cast<int>(map.size) * 8; ++i) {
        if (libxl_bitmap_test(&map, i) != 0) out.push_back(i);
    }
    return out;
}

// What every domain has.
DomainConfig plain() {
    DomainConfig out;
    out.name = "runphi-web";
    out.uuid = "befe22f6-1855-8736-9d85-24ab060436c5";
    out.mem.kib = 32 * 1024;
    out.kernel = "/proc/self/fd/10";
    return out;
}

class Libxl : public testing::Test {
  protected:
    const libxl_domain_config& built(const DomainConfig& domain) {
        build_config(domain, machine_cpus, config_.get());
        return *config_.get();
    }
    LibxlConfig config_;
};

TEST_F(Libxl, IsToldWhoTheDomainIsAndWhatItBoots) {
    DomainConfig domain = plain();
    domain.ramdisk = "/proc/self/fd/11";
    domain.boot.cmdline = "console=hvc0 quiet";
    domain.device_tree = "/run/runPHI/web/web.dtb";
    domain.comm.vuart = true;
    const auto& out = built(domain);
    EXPECT_EQ(out.c_info.type, LIBXL_DOMAIN_TYPE_PVH);
    EXPECT_STREQ(out.c_info.name, "runphi-web");
    EXPECT_EQ(out.c_info.uuid.uuid[0], 0xbe);
    EXPECT_EQ(out.c_info.uuid.uuid[15], 0xc5);
    EXPECT_EQ(out.c_info.pool_name, nullptr);
    EXPECT_STREQ(out.b_info.kernel, "/proc/self/fd/10");
    EXPECT_STREQ(out.b_info.ramdisk, "/proc/self/fd/11");
    EXPECT_STREQ(out.b_info.cmdline, "console=hvc0 quiet");
    EXPECT_STREQ(out.b_info.device_tree, "/run/runPHI/web/web.dtb");
    EXPECT_EQ(out.b_info.arch_arm.vuart, LIBXL_VUART_TYPE_SBSA_UART);
    // No ballooning: what it has is what it may have.
    EXPECT_EQ(out.b_info.max_memkb, 32u * 1024);
    EXPECT_EQ(out.b_info.target_memkb, 32u * 1024);
    for (const auto action : {out.on_poweroff, out.on_reboot, out.on_watchdog, out.on_crash}) {
        EXPECT_EQ(action, LIBXL_ACTION_ON_SHUTDOWN_DESTROY);
    }
}

TEST_F(Libxl, IsToldNothingThatTheDomainHasNot) {
    const auto& out = built(plain());
    EXPECT_EQ(out.b_info.ramdisk, nullptr);
    EXPECT_EQ(out.b_info.cmdline, nullptr);
    EXPECT_EQ(out.b_info.device_tree, nullptr);
    EXPECT_EQ(out.b_info.num_iomem + out.b_info.num_irqs, 0);
    EXPECT_EQ(out.num_nics + out.num_disks + out.num_dtdevs, 0);
    EXPECT_EQ(out.b_info.num_vcpu_hard_affinity, 0);
    // libxl may choose its nodes then.
    EXPECT_TRUE(libxl_defbool_is_default(out.b_info.numa_placement));
}

TEST_F(Libxl, IsToldTheTypeThatTheNodeHasChosen) {
    DomainConfig domain = plain();
    domain.pv = true;
    EXPECT_EQ(built(domain).c_info.type, LIBXL_DOMAIN_TYPE_PV);
}

TEST_F(Libxl, PinsEachVirtualCpu) {
    DomainConfig domain = plain();
    domain.cpu.vcpus = 3;
    domain.cpu.affinity = {{1}, {9}, {2, 11}};
    domain.cpu.pool = "part";
    const auto& out = built(domain).b_info;
    EXPECT_STREQ(config_->c_info.pool_name, "part");
    EXPECT_EQ(out.max_vcpus, 3);
    EXPECT_EQ(set_in(out.avail_vcpus), (std::vector<int>{0, 1, 2}));
    ASSERT_EQ(out.num_vcpu_hard_affinity, 3);
    EXPECT_EQ(set_in(out.vcpu_hard_affinity[0]), (std::vector<int>{1}));
    EXPECT_EQ(set_in(out.vcpu_hard_affinity[1]), (std::vector<int>{9}));
    EXPECT_EQ(set_in(out.vcpu_hard_affinity[2]), (std::vector<int>{2, 11}));
    EXPECT_FALSE(libxl_defbool_is_default(out.numa_placement));
    EXPECT_FALSE(libxl_defbool_val(out.numa_placement));
}

TEST_F(Libxl, IsNotToldOfACpuThatTheMachineHasNotGot) {
    DomainConfig domain = plain();
    domain.cpu.affinity = {{machine_cpus}};
    try {
        built(domain);
        FAIL() << "taken";
    } catch (const runphi::sdk::Error& error) {
        EXPECT_EQ(error.message(), "CPU 12: Xen has not got it");
    }
}

TEST_F(Libxl, IsToldTheSchedulersParameters) {
    DomainConfig domain = plain();
    EXPECT_EQ(built(domain).b_info.sched_params.weight, LIBXL_DOMAIN_SCHED_PARAM_WEIGHT_DEFAULT);
    domain.cpu.scheduling.weight = 512;
    domain.cpu.scheduling.cap = 50;
    domain.cpu.scheduling.period = 10'000;
    domain.cpu.scheduling.budget = 4'000;
    LibxlConfig other;
    build_config(domain, machine_cpus, other.get());
    const libxl_domain_sched_params& out = other->b_info.sched_params;
    EXPECT_EQ(out.weight, 512);
    EXPECT_EQ(out.cap, 50);
    EXPECT_EQ(out.period, 10'000);
    EXPECT_EQ(out.budget, 4'000);
    SchedulerParameters none;
    EXPECT_FALSE(set_scheduling(none.get(), {}));
    EXPECT_TRUE(set_scheduling(none.get(), domain.cpu.scheduling));
}

// A channel is memory of the machine's, as registers are.
TEST_F(Libxl, IsGivenRegistersChannelsAndInterrupts) {
    DomainConfig domain = plain();
    domain.dev.iomem = {{0x9010, 1, 0x9010}};
    domain.dev.irqs = {34, 40};
    domain.dev.dtdevs = {"/soc/ethernet@0"};
    domain.comm.channels = {{0x8fe00, 0x200, 0x8fe00}};
    const auto& out = built(domain);
    ASSERT_EQ(out.b_info.num_iomem, 2);
    EXPECT_EQ(out.b_info.iomem[0].start, 0x9010u);
    EXPECT_EQ(out.b_info.iomem[0].number, 1u);
    EXPECT_EQ(out.b_info.iomem[0].gfn, 0x9010u);
    EXPECT_EQ(out.b_info.iomem[1].start, 0x8fe00u);
    EXPECT_EQ(out.b_info.iomem[1].number, 0x200u);
    ASSERT_EQ(out.b_info.num_irqs, 2);
    EXPECT_EQ(out.b_info.irqs[0], 34u);
    EXPECT_EQ(out.b_info.irqs[1], 40u);
    ASSERT_EQ(out.num_dtdevs, 1);
    EXPECT_STREQ(out.dtdevs[0].path, "/soc/ethernet@0");
}

TEST_F(Libxl, IsGivenNetworkCardsAndADisk) {
    DomainConfig domain = plain();
    domain.net.vifs = {{"02:00:00:0a:0b:0c", "xenbr0", "", ""},
                       {"02:00:00:00:00:01", "", "phi1", "/usr/bin/true"}};
    domain.disk = Disk{"/dev/loop3", "/usr/bin/true", false};
    const auto& out = built(domain);
    ASSERT_EQ(out.num_nics, 2);
    EXPECT_EQ(out.nics[0].mac[3], 0x0a);
    EXPECT_EQ(out.nics[0].mac[5], 0x0c);
    EXPECT_STREQ(out.nics[0].bridge, "xenbr0");
    EXPECT_EQ(out.nics[0].script, nullptr);
    EXPECT_EQ(out.nics[1].devid, 1);
    EXPECT_EQ(out.nics[1].bridge, nullptr);
    EXPECT_STREQ(out.nics[1].script, "/usr/bin/true");
    ASSERT_EQ(out.num_disks, 1);
    EXPECT_STREQ(out.disks[0].pdev_path, "/dev/loop3");
    EXPECT_STREQ(out.disks[0].vdev, "xvda");
    EXPECT_EQ(out.disks[0].backend, LIBXL_DISK_BACKEND_PHY);
    EXPECT_EQ(out.disks[0].format, LIBXL_DISK_FORMAT_RAW);
    EXPECT_EQ(out.disks[0].readwrite, 0);
}

// What Xen's flags of a domain mean for the container.
TEST(XenDomain, HasAStateByWhatXenSaysOfIt) {
    DomainFacts domain;
    EXPECT_STREQ(state_of(domain, true), "running");
    domain.paused = true;
    EXPECT_STREQ(state_of(domain, false), "created");
    EXPECT_STREQ(state_of(domain, true), "paused");
    domain.dying = true;
    EXPECT_STREQ(state_of(domain, true), "stopped");
    domain.shut_down = true;
    EXPECT_STREQ(state_of(domain, true), "failed");
    domain.powered_off = true;
    EXPECT_STREQ(state_of(domain, true), "stopped");
}

}  // namespace
}  // namespace xen_test
