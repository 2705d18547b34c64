// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/memory_ring.h>
#include <sys/types.h>

#include <memory>
#include <string>

#include "plugins/bao/window/window.hpp"
#include "support/folder.hpp"

namespace phi::test {

// A slot's VM without Bao: QEMU's virt machine of one CPU at EL1, the stub at the end of its
// memory, below it the window and the memory for guests. The memory is a file, through which the
// test is the root VM.
class SlotMachine {
  public:
    static constexpr std::uint64_t memory = 0x40000000, stub = 0x40700000;
    static constexpr std::uint64_t window_base = 0x40100000, window_size = 0x40000;
    static constexpr std::uint64_t ram = 0x40200000, ram_size = 0x200000, second = 0x40500000,
                                   second_size = 0x10000;

    explicit SlotMachine(unsigned gic_version = 3);
    ~SlotMachine();

    runphi::bao::Window window() const;
    runphi::bao::SlotStatus status() const { return window().status().value(); }
    // Waits until the slot is in the state, and has answered.
    bool reaches(runphi::bao::SlotState state) const;
    // The guest's memory, by its addresses.
    std::string bytes(std::uint64_t address, std::uint64_t size) const;
    bool is_zero(std::uint64_t address, std::uint64_t size) const;
    // Begins the memory channel, as the backend does for each guest.
    void open_channel(std::uint32_t run);
    // What has come on the console; waits until that is in it.
    std::string console_until(const std::string& wanted);
    void send(unsigned lane, const std::string& bytes);
    static constexpr int patience_ms = 20'000;

  private:
    std::string file() const { return folder_.path() + "/memory"; }

    Folder folder_;
    pid_t qemu_ = -1;
    std::unique_ptr<runphi::bao::Window> window_;
    runphi_memory_end channel_{};
    std::string console_;
};

// An inmate of the build, for Bao slots.
std::string slot_inmate(const std::string& name);

}  // namespace phi::test
