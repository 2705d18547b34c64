// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace runphi::qemu {

// The numbers that QEMU finds its descriptors under; fixed, so that a command line tells the same
// at every start.
namespace child_fd {
inline constexpr int qmp = 3;
inline constexpr int events = 4;
inline constexpr int console = 5;
inline constexpr int agent = 6;
inline constexpr int sessions = 7;
inline constexpr int share = 8;
inline constexpr int image = 10;    // of the first image; the others follow
inline constexpr int network = 32;  // of the first interface's tap; the others follow
}  // namespace child_fd

// All that decides a command line.
struct Launch {
    std::string emulator;  // absolute
    std::string name;      // the value of -name
    std::string arch;      // "x86_64", "aarch64"
    std::string machine;   // "microvm", "q35", "virt"
    bool kvm = false;
    std::uint64_t vcpus = 1;
    std::uint64_t memory = 0;  // bytes, whole MiB
    bool prealloc = false;
    std::string share_tag;     // of the files that it shares with the host; empty: none
    bool serial_card = false;  // console and agent on one PCI card (SerialPorts)
    bool sessions = false;     // a virtio-serial port for sessions (runphi/agent.h)

    // Descriptors in the child, from child_fd::image on.
    std::optional<int> kernel, initrd, dtb;
    std::string cmdline;  // for the kernel; empty: none
    // A raw binary that is put at an address, and where the first CPU begins.
    struct Raw {
        int fd;
        std::uint64_t load;
        std::uint64_t entry;
    };
    std::optional<Raw> raw;

    struct Disk {
        int fd;
        std::string format;  // "raw", "qcow2"
        std::string bus;     // "virtio", "ahci"
        bool writable;
        bool boots;  // the firmware is to boot it
    };
    std::optional<Disk> disk;
    std::string firmware;  // absolute path; empty: QEMU's own

    // One a network interface, its tap at child_fd::network and on.
    struct Network {
        std::string mac;
        std::uint64_t mtu;
    };
    std::vector<Network> networks;

    // True: the agent's socket is connected already, and there are no QMP and no console sockets.
    bool probe = false;
};

// Pure.
std::vector<std::string> command_line(const Launch& launch);

}  // namespace runphi::qemu
