// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <runphi/agent.h>

#include <initializer_list>

namespace runphi::qemu {

namespace {

using Arguments = std::vector<std::string>;

void add(Arguments& out, std::initializer_list<std::string> more) {
    out.insert(out.end(), more);
}

std::string inherited(int fd) {
    return "/proc/self/fd/" + std::to_string(fd);
}

// A comma separates properties; a doubled one stands for itself.
std::string escaped(const std::string& value) {
    std::string out;
    for (const char c : value) out += c == ',' ? std::string(",,") : std::string(1, c);
    return out;
}

std::string hexadecimal(std::uint64_t value) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    do {
        out.insert(out.begin(), digits[value & 15]);
        value >>= 4;
    } while (value != 0);
    return "0x" + out;
}

// Nothing that was not asked for, and nothing of the host that the guest's QEMU does not need.
void add_confinement(Arguments& out, const Launch& launch) {
    add(out, {"-name", escaped(launch.name)});
    add(out, {"-nodefaults", "-no-user-config", "-display", "none"});
    add(out,
        {"-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"});
    // A reset ends the partition: a guest that restarts by itself would hide a crash.
    // And QEMU stays, stopped, until it is killed: a QEMU that exits by itself while a client of
    // its monitor says something hangs for ever (seen with 7.2), and it holds no state worth an
    // exit.
    add(out, {"-action", "reboot=shutdown,shutdown=pause"});
    // The line in the log that tells a power-off from a reset to those who did not listen
    // (ended.hpp).
    add(out, {"-trace", "enable=qemu_system_shutdown_request"});
}

std::string cpu_model(const Launch& launch) {
    if (launch.kvm) return "host";
    // `max` of an emulated arm64 has pointer authentication, which makes the boot four times as
    // long; that of x86 costs a tenth, and programs of today need what older models have not got.
    return launch.arch == "aarch64" ? "cortex-a57" : "max";
}

void add_machine(Arguments& out, const Launch& launch) {
    std::string machine = launch.machine + ",memory-backend=ram";
    if (launch.arch == "aarch64")
        machine += ",gic-version=" + std::string(launch.kvm ? "host" : "3");
    add(out, {"-machine", machine, "-accel", launch.kvm ? "kvm" : "tcg"});
    add(out, {"-cpu", cpu_model(launch), "-smp", std::to_string(launch.vcpus)});
    const std::string mib = std::to_string(launch.memory >> 20) + "M";
    add(out, {"-m", mib});
    // Who serves the share reads its requests in the guest's memory, which is a file for that.
    const std::string backend =
        launch.share_tag.empty() ? "memory-backend-ram" : "memory-backend-memfd,share=on";
    // Not merged with the memory of other partitions (a side channel), and not in core files.
    add(out, {"-object", backend + ",id=ram,size=" + mib +
                             ",merge=off,dump=off,prealloc=" + (launch.prealloc ? "on" : "off")});
}

void add_channel(Arguments& out, const std::string& id, int fd, bool connected) {
    const std::string how = connected ? "" : ",server=on,wait=off";
    add(out, {"-chardev", "socket,id=" + id + how + ",fd=" + std::to_string(fd)});
}

// What a share and a network card need is none of the old form, which is microvm's default.
void add_modern_transport(Arguments& out, const Launch& launch) {
    const bool needed = !launch.share_tag.empty() || !launch.networks.empty();
    if (launch.machine == "microvm" && needed) {
        add(out, {"-global", "virtio-mmio.force-legacy=off"});
    }
}

void add_share(Arguments& out, const Launch& launch) {
    if (launch.share_tag.empty()) return;
    const bool mmio = launch.machine == "microvm";
    add_channel(out, "share", child_fd::share, true);
    add(out, {"-device", std::string(mmio ? "vhost-user-fs-device" : "vhost-user-fs-pci") +
                             ",chardev=share,tag=" + launch.share_tag});
}

void add_monitor(Arguments& out, const std::string& id, int fd) {
    add_channel(out, id, fd, false);
    add(out, {"-mon", "chardev=" + id + ",mode=control"});
}

void add_serial_ports(Arguments& out, const Launch& launch) {
    if (launch.serial_card) {
        add(out, {"-serial", "null", "-device", "pci-serial-2x,chardev1=console,chardev2=agent"});
        return;
    }
    add(out, {"-serial", "chardev:console"});
    if (launch.arch == "aarch64") {
        add(out, {"-device", "pci-serial,chardev=agent"});
    } else {
        // COM2 where every x86 kernel looks for it, and the port where a guest can tell a panic.
        add(out, {"-device", "isa-serial,iobase=0x2f8,irq=3,chardev=agent", "-device", "pvpanic"});
    }
}

// The transport must be the one whose driver the guest is told to load (sessions_modules).
void add_sessions(Arguments& out, const Launch& launch) {
    if (!launch.sessions) return;
    add_channel(out, "sessions", child_fd::sessions, false);
    add(out, {"-device", launch.machine == "microvm" ? "virtio-serial-device" : "virtio-serial-pci",
              "-device", "virtserialport,chardev=sessions,name=" RUNPHI_AGENT_SESSIONS_PORT});
}

void add_channels(Arguments& out, const Launch& launch) {
    if (launch.probe) {
        add(out, {"-chardev", "null,id=console"});
    } else {
        add_monitor(out, "qmp", child_fd::qmp);
        add_monitor(out, "events", child_fd::events);
        add_channel(out, "console", child_fd::console, false);
    }
    add_channel(out, "agent", child_fd::agent, launch.probe);
    add_serial_ports(out, launch);
    add_sessions(out, launch);
}

// Without the ROM with which a PC would boot from the network.
void add_networks(Arguments& out, const Launch& launch) {
    const bool pci = launch.machine != "microvm";
    for (std::size_t i = 0; i < launch.networks.size(); ++i) {
        const std::string id = "net" + std::to_string(i);
        const int fd = child_fd::network + static_cast<int>(i);
        std::string device = pci ? "virtio-net-pci,romfile=" : "virtio-net-device";
        device.append(",netdev=").append(id).append(",mac=").append(launch.networks[i].mac);
        device.append(",host_mtu=").append(std::to_string(launch.networks[i].mtu));
        add(out, {"-netdev", "tap,id=" + id + ",fd=" + std::to_string(fd)});
        add(out, {"-device", device});
    }
}

void add_boot(Arguments& out, const Launch& launch) {
    if (!launch.firmware.empty()) add(out, {"-bios", launch.firmware});
    if (launch.kernel) add(out, {"-kernel", inherited(*launch.kernel)});
    if (launch.initrd) add(out, {"-initrd", inherited(*launch.initrd)});
    if (launch.dtb) add(out, {"-dtb", inherited(*launch.dtb)});
    if (!launch.cmdline.empty()) add(out, {"-append", launch.cmdline});
    if (launch.raw) {
        add(out, {"-device", "loader,force-raw=on,addr=" + hexadecimal(launch.raw->load) +
                                 ",file=" + inherited(launch.raw->fd)});
        add(out, {"-device", "loader,cpu-num=0,addr=" + hexadecimal(launch.raw->entry)});
    }
}

// The format is said, never probed: a guest could write the beginning of another one, which names
// files of the host. That is also why there is no backing file.
void add_disk(Arguments& out, const Launch& launch) {
    const Launch::Disk& disk = *launch.disk;
    const std::string access = disk.writable ? "off" : "on";
    add(out, {"-add-fd", "set=1,fd=" + std::to_string(disk.fd)});
    add(out, {"-blockdev", "driver=file,node-name=disk-file,filename=/dev/fdset/1,read-only=" +
                               access + ",discard=unmap"});
    add(out, {"-blockdev", "driver=" + disk.format + ",node-name=disk,file=disk-file,read-only=" +
                               access + ",discard=unmap"});
    std::string device = "virtio-blk-pci,drive=disk";
    if (disk.bus == "ahci") {
        if (launch.machine != "q35") add(out, {"-device", "ahci,id=ide"});
        device = "ide-hd,drive=disk,bus=ide.0";
    }
    add(out, {"-device", device + (disk.boots ? ",bootindex=0" : "")});
}

}  // namespace

std::vector<std::string> command_line(const Launch& launch) {
    Arguments out{launch.emulator};
    add_confinement(out, launch);
    add_machine(out, launch);
    add_channels(out, launch);
    add_modern_transport(out, launch);
    add_networks(out, launch);
    add_share(out, launch);
    add_boot(out, launch);
    if (launch.disk) add_disk(out, launch);
    // Nothing of the guest runs before it is told to; the probe wants exactly that.
    if (!launch.probe) add(out, {"-S"});
    return out;
}

}  // namespace runphi::qemu
