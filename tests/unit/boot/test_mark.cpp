// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support.hpp"

namespace phi::boot {
namespace {

using test::Machine;

TEST(Mark, AnOrdinaryContainerHasNone) {
    Machine machine;
    machine.spec.process->env = {"PATH=/bin",    "HOME=/root", "KERNEL=6.1.0-amd64",
                                 "LINUX=debian", "CPIO=",      "INMATE=",
                                 "DTB=none"};
    machine.spec.annotations = {{"org.runphix", "1"}, {"io.kubernetes.cri.container-type", "x"}};
    EXPECT_FALSE(machine.marked());
}

TEST(Mark, EverySourceMarks) {
    const std::vector<std::function<void(Machine&)>> marks{
        [](Machine& m) { m.spec.vm.emplace(); },
        [](Machine& m) { m.spec.annotations["org.runphi.guest"] = "linux"; },
        [](Machine& m) { m.spec.annotations["org.runphi.runtime"] = "runphi"; },
        [](Machine& m) { m.spec.annotations["org.runphi.misspelt"] = ""; },
        [](Machine& m) { m.image_file("boot/configuration.json", R"({"inmate": "/x"})"); },
        [](Machine& m) { m.image_file("boot/config.json", R"({"os_var": "linux"})"); },
        [](Machine& m) { m.spec.process->env = {"INMATE=boot.bin"}; },
        [](Machine& m) { m.spec.process->env = {"KERNEL=/boot/Image"}; },
        [](Machine& m) { m.spec.process->env = {"RAMDISK=boot/r"}; },
        [](Machine& m) { m.spec.process->env = {"DTB=/d"}; },
        [](Machine& m) { m.spec.process->env = {"CPIO=/c"}; },
        [](Machine& m) { m.spec.process->env = {"CPIO=1"}; },
        [](Machine& m) { m.spec.process->env = {"LINUX=yes"}; },
        [](Machine& m) { m.spec.process->env = {"LINUX=/boot/vmlinux"}; },
        [](Machine& m) { m.spec.process->env = {"NETCONF=br0"}; },
    };
    for (std::size_t i = 0; i < marks.size(); ++i) {
        Machine machine;
        marks[i](machine);
        EXPECT_TRUE(machine.marked()) << "mark " << i;
        machine.spec.annotations["org.runphi.runtime"] = "runc";
        EXPECT_FALSE(machine.marked()) << "mark " << i;
    }
}

TEST(Mark, TheSecondFileCountsWhenTheFirstIsNotOurs) {
    Machine machine;
    machine.image_file("boot/configuration.json", "{}");
    EXPECT_FALSE(machine.marked());
    machine.image_file("boot/config.json", R"({"inmate": "/x"})");
    EXPECT_TRUE(machine.marked());
}

TEST(Mark, StrangeBootFilesNeitherMarkNorThrowNorBlock) {
    const std::vector<std::function<void(Machine&)>> strange{
        [](Machine& m) { m.dir.node("rootfs/boot/config.json", S_IFIFO | 0600); },
        [](Machine& m) { m.dir.node("rootfs/boot/config.json", S_IFSOCK | 0600); },
        [](Machine& m) { m.dir.node("rootfs/boot/config.json", S_IFCHR | 0600, 0x501); },
        [](Machine& m) { m.dir.directory("rootfs/boot/config.json"); },
        [](Machine& m) { m.dir.symlink("rootfs/boot/config.json", "config.json"); },
        [](Machine& m) { m.dir.symlink("rootfs/boot/config.json", "/nowhere"); },
        [](Machine& m) { m.dir.file("rootfs/boot", R"({"inmate": "/x"})"); },
        [](Machine& m) { m.image_file("boot/config.json", std::string(1U << 20, '[')); },
        [](Machine& m) { m.rootfs_path = m.dir / "missing"; },
        [](Machine& m) {
            m.dir.file("outside.json", R"({"inmate": "/x"})");
            m.dir.symlink("rootfs/boot/config.json", "../../outside.json");
        },
        [](Machine& m) {
            m.dir.file("outside.json", R"({"inmate": "/x"})");
            m.dir.symlink("rootfs/boot/config.json", m.dir / "outside.json");
        },
        [](Machine& m) { m.dir.symlink("rootfs/boot/config.json", "/proc/self/environ"); },
    };
    for (std::size_t i = 0; i < strange.size(); ++i) {
        Machine machine;
        strange[i](machine);
        EXPECT_FALSE(machine.marked()) << "case " << i;
    }
}

TEST(Mark, ALinkInsideTheImageIsFollowed) {
    Machine machine;
    machine.image_file("etc/partition.json", R"({"inmate": "/x"})");
    machine.dir.symlink("rootfs/boot/config.json", "/etc/partition.json");
    EXPECT_TRUE(machine.marked());
}

TEST(Mark, AContainerWithoutAProcessHasNoEnvironment) {
    Machine machine;
    machine.spec.process.reset();
    EXPECT_FALSE(machine.marked());
}

}  // namespace
}  // namespace phi::boot
