// SPDX-License-Identifier: Apache-2.0
#include "plugins/qemu/command_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace runphi::qemu {
namespace {

Launch linux_on_pc() {
    Launch launch;
    launch.emulator = "/usr/bin/qemu-system-x86_64";
    launch.name = "guest=runphi-box";
    launch.arch = "x86_64";
    launch.machine = "microvm";
    launch.memory = 256ULL << 20;
    launch.kernel = child_fd::image;
    launch.initrd = child_fd::image + 1;
    launch.cmdline = "console=ttyS0 panic=-1";
    return launch;
}

// The value behind a switch; of several, the one that begins so.
std::string value_of(const std::vector<std::string>& argv, const std::string& name,
                     const std::string& prefix = {}) {
    for (std::size_t i = 0; i + 1 < argv.size(); ++i) {
        if (argv[i] == name && argv[i + 1].rfind(prefix, 0) == 0) return argv[i + 1];
    }
    return "absent";
}

TEST(CommandLine, OfALinuxGuestOnAPc) {
    const std::vector<std::string> expected = {
        "/usr/bin/qemu-system-x86_64",
        "-name",
        "guest=runphi-box",
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-sandbox",
        "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
        "-action",
        "reboot=shutdown,shutdown=pause",
        "-trace",
        "enable=qemu_system_shutdown_request",
        "-machine",
        "microvm,memory-backend=ram",
        "-accel",
        "tcg",
        "-cpu",
        "max",
        "-smp",
        "1",
        "-m",
        "256M",
        "-object",
        "memory-backend-ram,id=ram,size=256M,merge=off,dump=off,prealloc=off",
        "-chardev",
        "socket,id=qmp,server=on,wait=off,fd=3",
        "-mon",
        "chardev=qmp,mode=control",
        "-chardev",
        "socket,id=events,server=on,wait=off,fd=4",
        "-mon",
        "chardev=events,mode=control",
        "-chardev",
        "socket,id=console,server=on,wait=off,fd=5",
        "-chardev",
        "socket,id=agent,server=on,wait=off,fd=6",
        "-serial",
        "chardev:console",
        "-device",
        "isa-serial,iobase=0x2f8,irq=3,chardev=agent",
        "-device",
        "pvpanic",
        "-kernel",
        "/proc/self/fd/10",
        "-initrd",
        "/proc/self/fd/11",
        "-append",
        "console=ttyS0 panic=-1",
        "-S"};
    EXPECT_EQ(command_line(linux_on_pc()), expected);
}

TEST(CommandLine, NetworksAreTapsThatAreOpenAlready) {
    Launch launch = linux_on_pc();
    EXPECT_EQ(value_of(command_line(launch), "-netdev"), "absent");
    launch.networks = {{"02:42:0a:00:00:02", 1400}, {"02:42:0a:00:00:03", 1500}};
    auto argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-global"), "virtio-mmio.force-legacy=off");
    EXPECT_EQ(value_of(argv, "-netdev", "tap,id=net0"), "tap,id=net0,fd=32");
    EXPECT_EQ(value_of(argv, "-netdev", "tap,id=net1"), "tap,id=net1,fd=33");
    EXPECT_EQ(value_of(argv, "-device", "virtio-net-device,netdev=net1"),
              "virtio-net-device,netdev=net1,mac=02:42:0a:00:00:03,host_mtu=1500");
    launch.machine = "q35";
    argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-global"), "absent");
    EXPECT_EQ(value_of(argv, "-device", "virtio-net"),
              "virtio-net-pci,romfile=,netdev=net0,mac=02:42:0a:00:00:02,host_mtu=1400");
}

TEST(CommandLine, OfARawInmateOnArm) {
    Launch launch;
    launch.emulator = "/q";
    launch.name = "guest=runphi-i";
    launch.arch = "aarch64";
    launch.machine = "virt";
    launch.vcpus = 2;
    launch.memory = 64ULL << 20;
    launch.raw = Launch::Raw{child_fd::image, 0x40200000, 0x40200040};
    const auto argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-machine"), "virt,memory-backend=ram,gic-version=3");
    EXPECT_EQ(value_of(argv, "-cpu"), "cortex-a57");
    EXPECT_EQ(value_of(argv, "-smp"), "2");
    EXPECT_EQ(value_of(argv, "-device", "pci-serial"), "pci-serial,chardev=agent");
    EXPECT_EQ(value_of(argv, "-device", "loader,force"),
              "loader,force-raw=on,addr=0x40200000,file=/proc/self/fd/10");
    EXPECT_EQ(value_of(argv, "-device", "loader,cpu"), "loader,cpu-num=0,addr=0x40200040");
    EXPECT_EQ(value_of(argv, "-kernel"), "absent");
}

TEST(CommandLine, OfALinuxGuestOnArm) {
    Launch launch = linux_on_pc();
    launch.arch = "aarch64";
    launch.machine = "virt";
    launch.serial_card = true;
    const auto argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-serial"), "null");
    EXPECT_EQ(value_of(argv, "-device"), "pci-serial-2x,chardev1=console,chardev2=agent");
}

TEST(CommandLine, ADiskIsOpenedByItsDescriptorAndItsFormatIsSaid) {
    Launch launch = linux_on_pc();
    launch.machine = "q35";
    launch.disk = Launch::Disk{child_fd::image + 2, "qcow2", "virtio", true, false};
    auto argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-add-fd"), "set=1,fd=12");
    EXPECT_EQ(value_of(argv, "-blockdev", "driver=file"),
              "driver=file,node-name=disk-file,filename=/dev/fdset/1,read-only=off,discard=unmap");
    EXPECT_EQ(value_of(argv, "-blockdev", "driver=qcow2"),
              "driver=qcow2,node-name=disk,file=disk-file,read-only=off,discard=unmap");
    EXPECT_EQ(value_of(argv, "-device", "virtio-blk"), "virtio-blk-pci,drive=disk");
    launch.disk = Launch::Disk{child_fd::image, "raw", "ahci", false, true};
    launch.firmware = "/uefi";
    argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-bios"), "/uefi");
    EXPECT_NE(value_of(argv, "-blockdev", "driver=raw").find("read-only=on"), std::string::npos);
    EXPECT_EQ(value_of(argv, "-device", "ide"), "ide-hd,drive=disk,bus=ide.0,bootindex=0");
    EXPECT_EQ(value_of(argv, "-device", "ahci"), "absent");  // a q35 has one
}

TEST(CommandLine, SessionsHaveAPortOnTheTransportOfTheMachine) {
    Launch launch = linux_on_pc();
    EXPECT_EQ(value_of(command_line(launch), "-device", "virt"), "absent");
    launch.sessions = true;
    launch.machine = "microvm";
    auto argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-chardev", "socket,id=sessions"),
              "socket,id=sessions,server=on,wait=off,fd=7");
    EXPECT_EQ(value_of(argv, "-device", "virtio-serial"), "virtio-serial-device");
    EXPECT_EQ(value_of(argv, "-device", "virtserialport"),
              "virtserialport,chardev=sessions,name=runphi.sessions");
    launch.machine = "q35";
    argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-device", "virtio-serial"), "virtio-serial-pci");
}

TEST(CommandLine, KvmShowsTheHostsProcessor) {
    Launch launch = linux_on_pc();
    launch.kvm = true;
    launch.prealloc = true;
    const auto argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-accel"), "kvm");
    EXPECT_EQ(value_of(argv, "-cpu"), "host");
    EXPECT_NE(value_of(argv, "-object").find("prealloc=on"), std::string::npos);
}

TEST(CommandLine, OfAGuestThatSharesFiles) {
    Launch launch = linux_on_pc();
    launch.share_tag = "runphi";
    auto argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-object"),
              "memory-backend-memfd,share=on,id=ram,size=256M,merge=off,dump=off,prealloc=off");
    EXPECT_EQ(value_of(argv, "-chardev", "socket,id=share"), "socket,id=share,fd=8");
    EXPECT_EQ(value_of(argv, "-global"), "virtio-mmio.force-legacy=off");
    EXPECT_EQ(value_of(argv, "-device", "vhost"), "vhost-user-fs-device,chardev=share,tag=runphi");
    launch.machine = "q35";
    argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-global"), "absent");
    EXPECT_EQ(value_of(argv, "-device", "vhost"), "vhost-user-fs-pci,chardev=share,tag=runphi");
}

TEST(CommandLine, TheProbeRunsAtOnceAndHasNoMonitor) {
    Launch launch = linux_on_pc();
    launch.probe = true;
    const auto argv = command_line(launch);
    EXPECT_EQ(value_of(argv, "-mon"), "absent");
    EXPECT_EQ(value_of(argv, "-chardev", "socket"), "socket,id=agent,fd=6");
    EXPECT_EQ(std::count(argv.begin(), argv.end(), "-S"), 0);
}

}  // namespace
}  // namespace runphi::qemu
