// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a machine is to be laid out for, as somebody asks for it (docs/bao.md). What is not said is
// chosen.
namespace runphi::bao {

struct MemoryRequest {
    std::optional<std::uint64_t> physical, ipa;  // without ipa, in an MMU's VM, the default's
    std::uint64_t size = 0;                      // bytes, whole pages
};

struct VmRequest {
    std::string name;  // "root" for the root VM
    std::optional<std::vector<unsigned>> cpus;
    unsigned cpu_count = 1;  // without `cpus`
    std::vector<MemoryRequest> memory;
    std::vector<std::string> devices;
    bool other_devices = false;  // all that no other VM has
    std::vector<std::string> channels;
};

// An image that a boot loader puts into a VM's first piece of memory.
struct ImageRequest {
    std::string file;
    std::uint64_t most = 0;   // bytes, whole pages
    std::uint64_t entry = 0;  // from its beginning
};

struct SlotRequest : VmRequest {
    std::uint64_t window = 4U << 20;              // bytes, whole pages
    std::uint64_t stub = std::uint64_t{1} << 16;  // of memory, for it alone
    bool doorbell = false;
};

struct GuestRequest : VmRequest {
    ImageRequest image;
};

struct ChannelRequest {
    std::string name;
    std::uint64_t size = 0;  // bytes, whole pages
    bool doorbell = true;
    std::optional<std::uint64_t> physical;
    std::optional<std::uint32_t> interrupt;
};

// A device that a program in one VM makes for another, by Bao's remote I/O: a VirtIO device, as
// Linux has them at an address (virtio,mmio).
struct RemoteIoRequest {
    std::string name;
    std::string backend, frontend;           // VMs: where the program is, and where the driver
    std::uint64_t size = 0;                  // of the memory that they share, bytes, whole pages
    std::optional<std::uint64_t> registers;  // IPA in the frontend, a page
    std::optional<std::uint64_t> physical;   // of the memory
    std::optional<std::uint32_t> interrupt;  // INTID in both
};

struct LayoutRequest {
    std::string layout;
    GuestRequest root;
    std::vector<SlotRequest> slots;
    std::vector<GuestRequest> guests;
    std::vector<ChannelRequest> channels;
    std::vector<RemoteIoRequest> remote_io;
    // IPAs in slots of a machine with MMUs: from where on the stub, the memory and the shared
    // memory are. In every VM: from where on the registers of remote I/O are.
    std::uint64_t stub_ipa = 0x10000000, memory_ipa = 0x40000000, shared_ipa = 0xf0000000;
    std::uint64_t remote_ipa = 0x20000000;
};

// Throws Error(invalid) that names the place.
LayoutRequest parse_request(std::string_view text, const std::string& what);
LayoutRequest read_request(const std::string& path);

}  // namespace runphi::bao
