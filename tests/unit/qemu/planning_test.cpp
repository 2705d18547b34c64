// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "plugins/qemu/boot.hpp"
#include "plugins/qemu/cpu.hpp"
#include "plugins/qemu/image_format.hpp"
#include "plugins/qemu/machine.hpp"
#include "plugins/qemu/mem.hpp"
#include "tests/unit/qemu/harness.hpp"

namespace runphi::qemu {
namespace {

using qemu_test::image_of;
using qemu_test::TestImage;
using qemu_test::Wish;

std::vector<TestImage> inmate(std::string_view bytes = "machine code") {
    std::vector<TestImage> out;
    out.push_back(image_of("inmate", bytes));
    return out;
}

std::vector<TestImage> arm_kernel(bool with_initrd) {
    std::string image(64, '\0');
    image.replace(0x38, 4, "ARM\x64");
    std::vector<TestImage> out;
    out.push_back(image_of("kernel", image));
    if (with_initrd) out.push_back(image_of("initrd", "initrd"));
    return out;
}

class PlanningTest : public testing::Test {
  protected:
    // /bin/true stands in for both emulators: planning does not run them.
    PlanningTest() {
        host.set_settings(R"({"emulator":{"x86_64":"/bin/true","aarch64":"/bin/true"}})");
    }
    std::string refusal(const Wish& wish, const std::vector<TestImage>& images) {
        try {
            qemu_test::make_plan(host, wish, "t", images);
        } catch (const sdk::Error& error) {
            return error.message();
        }
        return "accepted";
    }
    qemu_test::TestHost host;
};

TEST_F(PlanningTest, ARawX86InmateIsWrappedAtOneMebibyte) {
    const sdk::Plan plan(qemu_test::make_plan(host, {}, "t", inmate()));
    EXPECT_EQ(read_machine(plan).machine, "microvm");
    EXPECT_EQ(read_machine(plan).emulator, "/bin/true");
    EXPECT_EQ(read_machine(plan).accelerator, Accelerator::automatic);
    const BootPart boot = read_boot(plan);
    EXPECT_EQ(boot.method, BootPart::Method::wrapped);
    EXPECT_EQ(boot.load, 0x100000U);
    EXPECT_EQ(boot.entry, 0x100000U);
    EXPECT_EQ(read_memory(plan).bytes, 64U << 20);
    EXPECT_FALSE(read_memory(plan).prealloc);
}

TEST_F(PlanningTest, AnArmInmateGoesWhereItIsTold) {
    Wish wish;
    wish.arch = "aarch64";
    const sdk::Plan plain(qemu_test::make_plan(host, wish, "t", inmate()));
    EXPECT_EQ(read_boot(plain).method, BootPart::Method::kernel);
    wish.boot_extra = R"(,"load_address":1075838976,"entry_address":1075838980)";
    const sdk::Plan placed(qemu_test::make_plan(host, wish, "t", inmate()));
    EXPECT_EQ(read_machine(placed).machine, "virt");
    EXPECT_EQ(read_boot(placed).method, BootPart::Method::address);
    EXPECT_EQ(read_boot(placed).load, 0x40200000U);
    EXPECT_EQ(read_boot(placed).entry, 0x40200004U);
}

TEST_F(PlanningTest, OwnCpusArePinnedAndTheirMemoryIsTouched) {
    Wish wish;
    wish.cpus = {3, 5};
    wish.cpu_count = 2;
    const sdk::Plan plan(qemu_test::make_plan(host, wish, "t", inmate()));
    EXPECT_EQ(read_cpus(plan).pinned_to, (std::vector<unsigned>{3, 5}));
    EXPECT_EQ(read_cpus(plan).vcpus, 2U);
    EXPECT_TRUE(read_memory(plan).prealloc);
    host.set_settings(R"({"emulator":{"x86_64":"/bin/true"},"prealloc":false})");
    EXPECT_FALSE(read_memory(sdk::Plan(qemu_test::make_plan(host, wish, "t", inmate()))).prealloc);
}

TEST_F(PlanningTest, AnImagesOwnKernelGetsAFullMachine) {
    Wish wish;
    wish.kind = "kernel";
    std::string bzimage(1024, '\0');
    bzimage.replace(0x1fe, 8, "\x55\xaa\xeb\x66HdrS");
    std::vector<TestImage> images;
    images.push_back(image_of("kernel", bzimage));
    EXPECT_EQ(read_machine(sdk::Plan(qemu_test::make_plan(host, wish, "t", images))).machine,
              "q35");
}

TEST_F(PlanningTest, TheNodesKernelGetsPhiInitsParameters) {
    Wish wish;
    wish.arch = "aarch64";
    wish.kind = "linux";
    wish.cmdline = "isolcpus=1";
    const sdk::Plan plan(qemu_test::make_plan(host, wish, "t", arm_kernel(true)));
    const std::string cmdline = read_boot(plan).cmdline;
    EXPECT_NE(cmdline.find("isolcpus=1"), std::string::npos);
    EXPECT_NE(cmdline.find("runphi.agent=ttyS1"), std::string::npos);
}

TEST_F(PlanningTest, HardwareIsRefusedByName) {
    Wish wish;
    wish.grant_extra = R"("devices":["uart1"],"iomems":[],"irqs":[],"channels":[])";
    EXPECT_NE(refusal(wish, inmate()).find("device \"uart1\""), std::string::npos);
    wish.grant_extra = R"("devices":[],"iomems":[{"base":4096,"size":4096}],"irqs":[])";
    EXPECT_NE(refusal(wish, inmate()).find("memory region at 4096"), std::string::npos);
    wish.grant_extra = R"("devices":[],"iomems":[],"irqs":[33])";
    EXPECT_NE(refusal(wish, inmate()).find("interrupt 33"), std::string::npos);
    wish.grant_extra = R"("channels":[{"name":"ring","peer":0,"size":4096}])";
    EXPECT_NE(refusal(wish, inmate()).find("channel \"ring\""), std::string::npos);
    wish.grant_extra = R"("devices":[])";
}

TEST_F(PlanningTest, NetworksButTheContainersAreRefusedByName) {
    Wish wish;
    wish.net = "bridge0";
    wish.network = R"({"mode":"backend","interfaces":[]})";
    EXPECT_NE(refusal(wish, inmate()).find("network \"bridge0\""), std::string::npos);
    wish.network = R"({"mode":"container","interfaces":[]})";
    EXPECT_EQ(refusal(wish, inmate()), "accepted");
    wish.network = R"({"mode":"none","interfaces":[]})";
    EXPECT_EQ(refusal(wish, inmate()), "accepted");
}

TEST_F(PlanningTest, SizesAreChecked) {
    Wish wish;
    wish.cpu_count = 289;
    EXPECT_NE(refusal(wish, inmate()).find("at most 288"), std::string::npos);
    wish.cpu_count = 1;
    wish.memory = (64ULL << 20) + 4096;
    EXPECT_NE(refusal(wish, inmate()).find("whole MiB"), std::string::npos);
    wish.memory = 8ULL << 20;
    EXPECT_NE(refusal(wish, inmate(std::string(9U << 20, 'x'))), "accepted");
}

TEST_F(PlanningTest, PlacesAreChecked) {
    Wish wish;
    const auto at = [&](const char* extra) {
        wish.boot_extra = extra;
        return refusal(wish, inmate());
    };
    EXPECT_EQ(at(R"(,"load_address":2097152)"), "accepted");
    EXPECT_NE(at(R"(,"load_address":4096)").find("not inside"), std::string::npos);
    EXPECT_NE(at(R"(,"load_address":67108860)").find("not inside"), std::string::npos);
    EXPECT_NE(at(R"(,"load_address":18446744073709551615)").find("not inside"), std::string::npos);
    EXPECT_NE(at(R"(,"entry_address":4096)").find("outside of the inmate"), std::string::npos);
    wish.arch = "aarch64";
    EXPECT_NE(at(R"(,"entry_address":1075838976)").find("without a load"), std::string::npos);
}

TEST_F(PlanningTest, WhatDoesNotBootIsNamed) {
    Wish wish;
    EXPECT_NE(refusal(wish, inmate("\x1f\x8b gzip")).find("is a gzip file"), std::string::npos);
    EXPECT_NE(refusal(wish, inmate("")).find("empty"), std::string::npos);
    wish.kind = "linux";
    EXPECT_NE(refusal(wish, inmate()).find("no kernel image"), std::string::npos);
    std::vector<TestImage> text;
    text.push_back(image_of("kernel", "#!/bin/sh\n"));
    EXPECT_NE(refusal(wish, text).find("the kernel is a raw binary"), std::string::npos);
    EXPECT_NE(refusal(wish, arm_kernel(true)).find("an arm64 Image"), std::string::npos);
    wish.arch = "riscv64";
    EXPECT_NE(refusal(wish, text).find("riscv64"), std::string::npos);
}

TEST_F(PlanningTest, ImagesOfNoUseAreRefused) {
    auto images = inmate();
    images.push_back(image_of("disk", "disk"));
    EXPECT_NE(refusal({}, images).find("a disk"), std::string::npos);
}

// Only what is looked at: magic, version, the offset of a backing file's name, the size, features.
std::string qcow2(std::uint8_t backing, std::uint8_t incompatible) {
    std::string head(104, '\0');
    head.replace(0, 4, "QFI\xfb");
    head[7] = 3;
    head[15] = static_cast<char>(backing);
    head[28] = 1;  // 16 MiB, big endian
    head[79] = static_cast<char>(incompatible);
    return head;
}

std::vector<TestImage> disk(std::string_view bytes) {
    std::vector<TestImage> images;
    images.push_back(image_of("disk", bytes));
    return images;
}

TEST_F(PlanningTest, ADiskWithoutAKernelIsBootedByTheFirmware) {
    Wish wish;
    wish.kind = "kernel";
    wish.disk_format = "qcow2";
    const sdk::Plan plan(qemu_test::make_plan(host, wish, "t", disk(qcow2(0, 0))));
    EXPECT_EQ(read_machine(plan).machine, "q35");
    EXPECT_EQ(read_boot(plan).method, BootPart::Method::disk);
    wish.cmdline = "quiet";
    EXPECT_NE(refusal(wish, disk(qcow2(0, 0))).find("boots from its disk: quiet"),
              std::string::npos);
    wish.cmdline.clear();
    wish.arch = "aarch64";
    host.set_settings(R"({"emulator":{"aarch64":"/bin/true"},"firmware":{"aarch64":"/no/uefi"}})");
    EXPECT_NE(refusal(wish, disk(qcow2(0, 0))).find("/no/uefi"), std::string::npos);
}

TEST_F(PlanningTest, ADiskThatNamesFilesOfTheHostIsRefused) {
    Wish wish;
    wish.kind = "kernel";
    wish.disk_format = "qcow2";
    EXPECT_NE(refusal(wish, disk(qcow2(104, 0))).find("backing file"), std::string::npos);
    EXPECT_NE(refusal(wish, disk(qcow2(0, 4))).find("another file"), std::string::npos);
    EXPECT_NE(refusal(wish, disk(std::string(512, 'x'))).find("not a qcow2"), std::string::npos);
    EXPECT_NE(refusal(wish, disk("QFI")).find("not a qcow2"), std::string::npos);
    wish.disk_format = "raw";
    // Whatever its bytes say: they are the guest's.
    EXPECT_EQ(refusal(wish, disk(qcow2(104, 0) + std::string(408, '\0'))), "accepted");
    EXPECT_NE(refusal(wish, disk(std::string(513, 'x'))).find("512-byte sectors"),
              std::string::npos);
}

TEST_F(PlanningTest, AMissingEmulatorIsNamedWithItsPackage) {
    host.set_settings(R"({"emulator":{"x86_64":"/no/qemu"}})");
    EXPECT_EQ(refusal({}, inmate()),
              "backend_settings.qemu.emulator.x86_64: /no/qemu is not an executable file");
}

TEST_F(PlanningTest, KvmRunsNoForeignGuest) {
    host.set_settings(R"({"accel":"kvm","emulator":{"x86_64":"/bin/true","aarch64":"/bin/true"}})");
    Wish wish;
#if defined(__x86_64__)
    wish.arch = "aarch64";
#endif
    EXPECT_NE(refusal(wish, inmate()).find("kvm"), std::string::npos);
}

}  // namespace
}  // namespace runphi::qemu
