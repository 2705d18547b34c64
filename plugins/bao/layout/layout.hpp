// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hardware.hpp"
#include "request.hpp"

// A machine, laid out: which VM has what, and where.
namespace runphi::bao {

struct Mapping {
    std::uint64_t ipa = 0, physical = 0, size = 0;  // bytes

    Extent seen() const { return common::extent_of(ipa, size); }
    Extent there() const { return common::extent_of(physical, size); }
};

enum class SharedKind { window, channel, remote_io };

// Memory of several VMs: a slot's window, a channel, or what a device of Bao's remote I/O and its
// driver exchange.
struct Shared {
    std::string name;  // the slot's, the channel's or the device's
    SharedKind kind = SharedKind::channel;
    std::uint64_t physical = 0, size = 0;
    std::uint32_t interrupt = 0;  // the doorbell that each VM hears of the others; 0: none

    bool is_window() const { return kind == SharedKind::window; }
    std::string title() const;  // channel "link"
};

// One VM's view of it: Bao's struct ipc.
struct Attachment {
    std::size_t shared = 0;  // index in Layout::shared
    Mapping where;
};

// One VM's end of a remote I/O device, Bao's struct remio_dev: accesses of the frontend's VM to the
// registers are carried out by a program in the backend's VM.
struct RemoteEnd {
    std::string name;  // the device's
    bool backend = false;
    std::uint64_t key = 0;  // by which Bao finds the other end
    Extent registers;       // of a frontend, as it sees them; nothing is there
    std::uint32_t interrupt = 0;
    std::size_t shared = 0;  // index in Layout::shared
    Mapping where;

    std::string title() const;  // remote I/O device "disk"
};

struct VmImage {
    std::string file;
    bool builtin = false;  // within Bao's own image; else a boot loader puts it there
    Mapping where;         // size: at most; of a builtin one, of the memory that it is copied to
};

enum class VmKind { root, slot, guest };

struct LaidVm {
    VmKind kind = VmKind::root;
    std::string name;
    std::vector<unsigned> cpus;   // ascending
    std::vector<Mapping> memory;  // a slot's first piece is its stub's
    std::vector<HwDevice> devices;
    std::vector<Attachment> attachments;
    std::vector<RemoteEnd> remote;
    VmImage image;
    std::uint64_t entry = 0;  // IPA

    std::string title() const;  // VM "s0"
};

struct Layout {
    Hardware hardware;
    std::string name;
    std::vector<LaidVm> vms;  // the root's first
    std::vector<Shared> shared;

    const LaidVm& root() const { return vms.front(); }
};

// Bao passes numbers of remote I/O's interrupts and keys on in a byte each, and its Linux drivers
// know so many devices (BAO_IO_MAX_DMS).
inline constexpr std::uint32_t most_remote_number = 255;
inline constexpr std::size_t most_remote = 16;

// The virtual timer's PPI, which every VM has: Arm's BSA, and what Linux' device trees say.
inline constexpr std::uint32_t timer_interrupt = 27;
inline constexpr std::uint64_t huge_page = 2U << 20;  // at which memory begins

// Chooses what the request does not say. Throws Error: no_resource for what does not fit,
// not_found for what the board or the request does not have. What the request says it takes as it
// is: check() finds what is wrong with that.
Layout place(const Hardware& hardware, const LayoutRequest& request);

// What would keep Bao from booting, or VMs from being apart; Bao itself checks next to nothing.
struct Problem {
    std::string what;  // names the thing and the value
    std::string todo;
};
std::vector<Problem> check(const Layout& layout);

}  // namespace runphi::bao
