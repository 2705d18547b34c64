// SPDX-License-Identifier: Apache-2.0
#include <elf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/boot/arch.hpp"
#include "support.hpp"

namespace phi::boot {
namespace {

using test::Machine;

std::vector<std::string> roles(const Choice& choice) {
    std::vector<std::string> out;
    for (const auto& image : choice.images) out.push_back(image.role + "=" + image.path);
    return out;
}

using Roles = std::vector<std::string>;

// An image with a file of every kind.
struct FullMachine : Machine {
    FullMachine() {
        image_file("boot/a.bin", "raw inmate");
        image_file("boot/x86", test::elf(EM_X86_64));
        image_file("boot/arm", test::arm64_image());
        image_file("boot/initrd", "070701");
        image_file("boot/tree.dtb", test::device_tree());
        image_file("boot/disk.img", "disk");
    }
};

TEST(Choice, WithoutAnySourceTheNodesLinux) {
    Machine machine;
    const Choice choice = machine.choose();
    EXPECT_EQ(choice.kind, Kind::linux);
    EXPECT_EQ(choice.source, Source::node);
    EXPECT_EQ(choice.arch, host_arch());
    EXPECT_EQ(roles(choice),
              Roles{"kernel=" + machine.settings.guest_dir + "/" + host_arch() + "/kernel"});
    EXPECT_FALSE(choice.vcpus || choice.memory || choice.load_address || choice.stop_timeout_s);
    EXPECT_TRUE(choice.net.empty() && choice.rpu.empty() && choice.cmdline.empty());
}

TEST(Choice, TheNodesKernelFollowsTheArchitectureAskedFor) {
    Machine machine;
    machine.spec.annotations["org.runphi.arch"] = "arm64";
    const Choice choice = machine.choose();
    EXPECT_EQ(choice.arch, "aarch64");
    EXPECT_EQ(choice.images.at(0).length, test::arm64_image().size());
}

TEST(Choice, VmSection) {
    FullMachine machine;
    auto& vm = machine.spec.vm.emplace();
    vm.hypervisor_path = "/usr/bin/qemu-system-x86_64";
    vm.hypervisor_parameters = {"-monitor", "stdio"};
    vm.kernel_path = "/boot/x86";
    vm.kernel_initrd = "/boot/initrd";
    vm.kernel_parameters = {"quiet", "root=/dev/vda"};
    vm.image_path = "/boot/disk.img";
    vm.image_format = "raw";
    auto& hardware = vm.hw_config.emplace();
    hardware.device_tree = "/boot/tree.dtb";
    hardware.vcpus = 3;
    hardware.memory = 64U << 20;
    const Choice choice = machine.choose();
    EXPECT_EQ(choice.kind, Kind::kernel);
    EXPECT_EQ(choice.source, Source::vm);
    EXPECT_EQ(choice.arch, "x86_64");
    EXPECT_EQ(choice.cmdline, "quiet root=/dev/vda");
    EXPECT_EQ(choice.vcpus, 3U);
    EXPECT_EQ(choice.memory, 64U << 20);
    const Image& disk = choice.images.back();
    ASSERT_TRUE(disk.disk);
    EXPECT_EQ(disk.disk->format, "raw");
    EXPECT_EQ(disk.disk->bus, "virtio");
    EXPECT_TRUE(disk.disk->writable);
    EXPECT_EQ(roles(choice), (Roles{"kernel=/boot/x86", "initrd=/boot/initrd", "dtb=/boot/tree.dtb",
                                    "disk=/boot/disk.img"}));
}

TEST(Choice, Annotations) {
    FullMachine machine;
    machine.spec.annotations = {{"org.runphi.inmate", "/boot/a.bin"},
                                {"org.runphi.load-address", "0x70000000"},
                                {"org.runphi.entry-address", "1879048200"},
                                {"org.runphi.vcpus", "2"},
                                {"org.runphi.memory", "32M"},
                                {"org.runphi.arch", "aarch64"},
                                {"org.runphi.net", "none"},
                                {"org.runphi.cmdline", "a b"},
                                {"org.runphi.stop-timeout", "0"},
                                {"org.runphi.binds", "copy"},
                                {"org.runphi.devices", "uart1"},
                                {"org.runphi.irqs", "5"},
                                {"org.runphi.runtime", "runphi"},
                                {"com.example.other", "x"}};
    const Choice choice = machine.choose();
    EXPECT_EQ(choice.kind, Kind::inmate);
    EXPECT_EQ(choice.source, Source::annotation);
    EXPECT_EQ(choice.load_address, 0x70000000U);
    EXPECT_EQ(choice.entry_address, 1879048200U);
    EXPECT_EQ(choice.vcpus, 2U);
    EXPECT_EQ(choice.memory, 32U << 20);
    EXPECT_EQ(choice.arch, "aarch64");
    EXPECT_EQ(choice.net, "none");
    EXPECT_EQ(choice.cmdline, "a b");
    EXPECT_EQ(choice.stop_timeout_s, 0U);
    EXPECT_EQ(roles(choice), Roles{"inmate=/boot/a.bin"});
}

TEST(Choice, TheOriginalsImageFiles) {
    FullMachine machine;
    machine.image_file("boot/config.json",
                       R"({"os_var": "zephyr", "inmate": "/boot/a.bin", "memory": 64, "vcpus": 1,
                           "starting_vaddress": "0x1000", "net": "no", "rpu_req": false})");
    const Choice zephyr = machine.choose();
    EXPECT_EQ(zephyr.kind, Kind::inmate);
    EXPECT_EQ(zephyr.source, Source::image_file);
    EXPECT_EQ(zephyr.load_address, 0x1000U);
    EXPECT_EQ(zephyr.net, "no");

    // An inmate of a guest that is Linux is its kernel.
    machine.image_file("boot/config.json", R"({"os_var": "linux", "inmate": "/boot/x86",
        "ramdisk": "/boot/initrd", "memory": 512, "net": "no"})");
    const Choice linux = machine.choose();
    EXPECT_EQ(linux.kind, Kind::kernel);
    EXPECT_EQ(linux.memory, 512U << 20);
    EXPECT_EQ(roles(linux), (Roles{"kernel=/boot/x86", "initrd=/boot/initrd"}));

    machine.image_file("boot/config.json", R"({"os_var": "linux", "inmate": "/boot/x86",
        "disk_type": "file", "disk_image": "/boot/disk.img"})");
    EXPECT_EQ(roles(machine.choose()), (Roles{"kernel=/boot/x86", "disk=/boot/disk.img"}));
}

TEST(Choice, ADiskAloneIsBootedByTheFirmware) {
    FullMachine machine;
    machine.spec.annotations = {{"org.runphi.disk", "/boot/disk.img"},
                                {"org.runphi.disk-format", "qcow2"},
                                {"org.runphi.disk-bus", "ahci"},
                                {"org.runphi.arch", "arm64"}};
    const Choice choice = machine.choose();
    EXPECT_EQ(choice.kind, Kind::kernel);
    EXPECT_EQ(choice.source, Source::annotation);
    EXPECT_EQ(choice.arch, "aarch64");
    EXPECT_EQ(roles(choice), Roles{"disk=/boot/disk.img"});
    EXPECT_EQ(choice.images[0].disk->format, "qcow2");
    EXPECT_EQ(choice.images[0].disk->bus, "ahci");
}

TEST(Choice, ADiskCanBeWrittenUnlessTheRootIsReadOnlyOrItIsTheHosts) {
    FullMachine machine;
    machine.spec.annotations = {{"org.runphi.disk", "/boot/disk.img"}};
    EXPECT_EQ(::write(machine.choose().images[0].fd.get(), "DISK", 4), 4);
    machine.spec.root_readonly = true;
    const Choice sealed = machine.choose();
    EXPECT_FALSE(sealed.images[0].disk->writable);
    EXPECT_LT(::write(sealed.images[0].fd.get(), "disk", 4), 0);
}

TEST(Choice, TheOriginalsDefaultInmate) {
    Machine machine;
    machine.image_file("boot/config.json", R"({"os_var": "", "net": "no"})");
    EXPECT_EQ(machine.choose().kind, Kind::linux);
    machine.image_file("boot/boot.bin", "raw");
    EXPECT_EQ(roles(machine.choose()), Roles{"inmate=/boot/boot.bin"});
    machine.image_file("boot/config.json", R"({"os_var": "linux"})");
    EXPECT_EQ(machine.choose().kind, Kind::linux);
    EXPECT_EQ(machine.choose().source, Source::image_file);
}

TEST(Choice, TheDefaultInmateIsNoMarkOfItsOwn) {
    Machine machine;
    machine.image_file("boot/boot.bin", "raw");
    EXPECT_EQ(machine.choose().kind, Kind::linux);
}

TEST(Choice, Environment) {
    FullMachine machine;
    machine.spec.process->env = {"INMATE=/boot/a.bin", "NETCONF=br0", "DTB=/boot/tree.dtb"};
    const Choice inmate = machine.choose();
    EXPECT_EQ(inmate.source, Source::environment);
    EXPECT_EQ(inmate.net, "br0");
    EXPECT_EQ(roles(inmate), (Roles{"inmate=/boot/a.bin", "dtb=/boot/tree.dtb"}));

    machine.spec.process->env = {"KERNEL=/boot/x86", "RAMDISK=/boot/initrd"};
    EXPECT_EQ(roles(machine.choose()), (Roles{"kernel=/boot/x86", "initrd=/boot/initrd"}));
    machine.spec.process->env = {"LINUX=/boot/x86", "CPIO=/boot/initrd"};
    EXPECT_EQ(roles(machine.choose()), (Roles{"kernel=/boot/x86", "initrd=/boot/initrd"}));
    machine.spec.process->env = {"LINUX=1", "KERNEL=5.10"};
    EXPECT_EQ(machine.choose().kind, Kind::linux);
    EXPECT_EQ(machine.choose().source, Source::environment);
}

TEST(Choice, AnInitrdAloneBootsWithTheNodesKernel) {
    FullMachine machine;
    machine.spec.process->env = {"RAMDISK=/boot/initrd"};
    const Choice choice = machine.choose();
    EXPECT_EQ(choice.kind, Kind::kernel);
    EXPECT_EQ(choice.images.at(0).role, "kernel");
    EXPECT_EQ(choice.images.at(1).path, "/boot/initrd");
}

// The same field from all sources; then without the highest, and so on.
TEST(Choice, Precedence) {
    FullMachine machine;
    for (const char* name : {"vm", "an", "f1", "f2", "en"}) {
        machine.image_file(std::string("boot/") + name, test::elf(EM_X86_64));
    }
    machine.spec.vm.emplace().kernel_path = "/boot/vm";
    machine.spec.annotations["org.runphi.kernel"] = "/boot/an";
    machine.image_file("boot/configuration.json", R"({"kernel": "/boot/f1"})");
    machine.image_file("boot/config.json", R"({"kernel": "/boot/f2"})");
    machine.spec.process->env = {"KERNEL=/boot/en"};

    EXPECT_EQ(roles(machine.choose()), Roles{"kernel=/boot/vm"});
    EXPECT_EQ(machine.choose().source, Source::vm);
    machine.spec.vm.reset();
    EXPECT_EQ(roles(machine.choose()), Roles{"kernel=/boot/an"});
    machine.spec.annotations.clear();
    EXPECT_EQ(roles(machine.choose()), Roles{"kernel=/boot/f1"});
    ::unlink((machine.rootfs_path + "/boot/configuration.json").c_str());
    EXPECT_EQ(roles(machine.choose()), Roles{"kernel=/boot/f2"});
    ::unlink((machine.rootfs_path + "/boot/config.json").c_str());
    EXPECT_EQ(roles(machine.choose()), Roles{"kernel=/boot/en"});
    machine.spec.process->env.clear();
    EXPECT_EQ(machine.choose().kind, Kind::linux);
}

TEST(Choice, FieldsOfSeveralSourcesComeTogether) {
    FullMachine machine;
    machine.spec.vm.emplace().hw_config.emplace().vcpus = 4;
    machine.spec.annotations = {{"org.runphi.vcpus", "2"}, {"org.runphi.initrd", "/boot/initrd"}};
    machine.image_file("boot/config.json", R"({"kernel": "/boot/x86", "vcpus": 1, "memory": 8})");
    machine.spec.process->env = {"NETCONF=br0"};
    const Choice choice = machine.choose();
    EXPECT_EQ(choice.vcpus, 4U);
    EXPECT_EQ(choice.memory, 8U << 20);
    EXPECT_EQ(choice.net, "br0");
    EXPECT_EQ(roles(choice), (Roles{"kernel=/boot/x86", "initrd=/boot/initrd"}));
}

TEST(Choice, TheKindSaidOutrightOverrulesLowerSources) {
    FullMachine machine;
    machine.spec.annotations["org.runphi.guest"] = "inmate";
    machine.spec.process->env = {"KERNEL=/boot/x86", "INMATE=/boot/a.bin", "RAMDISK=/boot/initrd"};
    EXPECT_EQ(roles(machine.choose()), Roles{"inmate=/boot/a.bin"});
    machine.spec.annotations["org.runphi.guest"] = "kernel";
    EXPECT_EQ(roles(machine.choose()), (Roles{"kernel=/boot/x86", "initrd=/boot/initrd"}));
    machine.spec.annotations["org.runphi.guest"] = "linux";
    EXPECT_EQ(machine.choose().kind, Kind::linux);
    EXPECT_EQ(machine.choose().images.size(), 1U);
    // The other name counts where nothing has the right one: the vm section has only kernels.
    machine.spec.process->env.clear();
    machine.spec.vm.emplace().kernel_path = "/boot/a.bin";
    machine.spec.annotations["org.runphi.guest"] = "inmate";
    EXPECT_EQ(roles(machine.choose()), Roles{"inmate=/boot/a.bin"});
}

TEST(Choice, ArchitectureComesFromTheImage) {
    FullMachine machine;
    machine.spec.annotations["org.runphi.kernel"] = "/boot/arm";
    EXPECT_EQ(machine.choose().arch, "aarch64");
    machine.spec.annotations["org.runphi.arch"] = "aarch64";
    EXPECT_EQ(machine.choose().arch, "aarch64");
    machine.spec.annotations = {{"org.runphi.inmate", "/boot/a.bin"}};
    EXPECT_EQ(machine.choose().arch, host_arch());
}

TEST(Choice, WhatIsPackedIsForTheArchitectureAskedFor) {
    Machine machine;
    const std::string packed("\x1f\x8b\x08 packed");
    machine.image_file("boot/packed", packed);
    machine.spec.annotations["org.runphi.kernel"] = "/boot/packed";
    EXPECT_EQ(machine.choose().arch, host_arch());
    machine.spec.annotations["org.runphi.arch"] = "aarch64";
    EXPECT_EQ(machine.choose().arch, "aarch64");
    machine.dir.file("guest/aarch64/kernel", packed);
    machine.spec.annotations.erase("org.runphi.kernel");
    EXPECT_EQ(machine.choose().images.at(0).length, packed.size());
}

TEST(Choice, ARealTimeCoreRuns32BitArm) {
    Machine machine;
    machine.image_file("rpu.elf", test::elf32(EM_ARM));
    machine.image_file("boot/config.json", R"({"inmate": "/rpu.elf", "rpu_req": true})");
    EXPECT_EQ(machine.choose().rpu, "any");
    machine.spec.annotations["org.runphi.rpu"] = "rpu1";
    EXPECT_EQ(machine.choose().rpu, "rpu1");
}

TEST(Choice, ImagesAreTheFilesThemselves) {
    FullMachine machine;
    machine.spec.annotations["org.runphi.inmate"] = "/boot/a.bin";
    const Choice choice = machine.choose();
    EXPECT_EQ(test::read_all(choice.images.at(0).fd.get()), "raw inmate");
    EXPECT_EQ(choice.images.at(0).length, 10U);
}

TEST(Choice, LinksStayInTheImage) {
    FullMachine machine;
    machine.dir.file("boot/a.bin", "of the host");
    machine.dir.symlink("rootfs/link", "/boot/a.bin");
    machine.dir.symlink("rootfs/up", "../../../boot/a.bin");
    for (const char* path : {"/link", "/up", "link", "/../../boot/a.bin"}) {
        machine.spec.annotations["org.runphi.inmate"] = path;
        EXPECT_EQ(test::read_all(machine.choose().images.at(0).fd.get()), "raw inmate") << path;
    }
}

TEST(Choice, ImageFoldersOfTheNodeComeSecond) {
    FullMachine machine;
    machine.dir.file("store/boot/a.bin", "of the store");
    machine.dir.file("store/only.bin", "only there");
    machine.dir.file("secret", "of the host");
    machine.dir.symlink("store/leak", "../secret");
    machine.settings.image_dirs = {machine.dir / "store"};
    auto& inmate = machine.spec.annotations["org.runphi.inmate"];
    const auto content = [&] { return test::read_all(machine.choose().images.at(0).fd.get()); };
    inmate = "/boot/a.bin";
    EXPECT_EQ(content(), "raw inmate");
    inmate = "/only.bin";
    EXPECT_EQ(content(), "only there");
    inmate = machine.dir / "store/only.bin";
    EXPECT_EQ(content(), "only there");
    for (const std::string& outside : {std::string("/leak"), std::string("/secret"),
                                       machine.dir / "secret", machine.dir / "store/../secret"}) {
        inmate = outside;
        EXPECT_EQ(test::error_of([&] { machine.choose(); }).code(), Code::not_found) << outside;
    }
}

}  // namespace
}  // namespace phi::boot
