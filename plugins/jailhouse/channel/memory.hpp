// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>

namespace runphi::jailhouse {

// Where the memory channel (runphi/memory_channel.h) of a plan's guest is: a piece of its memory
// that the root cell shares. Physical; nullopt if it has none.
std::optional<std::uint64_t> channel_address(const sdk::Plan& plan);

// RUNPHI_MEMORY_CHANNEL_SIZE bytes of the machine's memory.
class ChannelMemory {
  public:
    // `path`: /dev/mem, or what stands for it. Throws Error that says what to do where the kernel
    // does not give that memory away.
    ChannelMemory(const std::string& path, std::uint64_t address);
    ChannelMemory(const ChannelMemory&) = delete;
    ChannelMemory& operator=(const ChannelMemory&) = delete;
    ~ChannelMemory();

    void* get() const { return memory_; }

  private:
    void* memory_;
};

}  // namespace runphi::jailhouse
