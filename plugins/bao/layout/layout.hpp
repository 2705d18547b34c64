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

// Memory of several VMs: a slot's window, or a channel.
struct Shared {
    std::string name;  // the slot's or the channel's
    bool window = false;
    std::uint64_t physical = 0, size = 0;
    std::uint32_t interrupt = 0;  // the doorbell that each VM hears of the others; 0: none
};

// One VM's view of it: Bao's struct ipc.
struct Attachment {
    std::size_t shared = 0;  // index in Layout::shared
    Mapping where;
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
