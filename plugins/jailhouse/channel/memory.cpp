// SPDX-License-Identifier: Apache-2.0
#include "memory.hpp"

#include <fcntl.h>
#include <runphi/memory_channel.h>
#include <sys/mman.h>

#include "../format/names.hpp"
#include "../memory.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

std::optional<std::uint64_t> channel_address(const sdk::Plan& plan) {
    const CellMemory memory = memory_of(plan);
    const MemoryPiece* piece = memory.find(MemoryPiece::Use::channel);
    if (piece == nullptr) return std::nullopt;
    if (piece->size == RUNPHI_MEMORY_CHANNEL_SIZE) return piece->phys;
    throw Error(Code::invalid, "plan.parts.mem: a memory channel of " +
                                   std::to_string(piece->size) + " bytes; it must have " +
                                   std::to_string(RUNPHI_MEMORY_CHANNEL_SIZE));
}

ChannelMemory::ChannelMemory(const std::string& path, std::uint64_t address) {
    // O_SYNC: without caches, as the guest maps it.
    const sdk::UniqueFd fd(::open(path.c_str(), O_RDWR | O_SYNC | O_CLOEXEC | O_NOCTTY));
    if (!fd) throw sdk::os_error("open " + path);
    memory_ = ::mmap(nullptr, RUNPHI_MEMORY_CHANNEL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
                     fd.get(), static_cast<off_t>(address));
    if (memory_ != MAP_FAILED) return;
    const int number = errno;
    throw Error(
        sdk::errno_code(number),
        "map the memory channel, " + hex(address) + " in " + path + ": " + sdk::errno_text(number),
        number == EPERM ? "the kernel must be without lockdown, and must not use this "
                          "memory itself: see /proc/iomem"
                        : "",
        number);
}

ChannelMemory::~ChannelMemory() {
    ::munmap(memory_, RUNPHI_MEMORY_CHANNEL_SIZE);
}

}  // namespace runphi::jailhouse
