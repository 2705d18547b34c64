// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "status.hpp"

namespace runphi::bao {

// Bytes for the slot's memory.
struct Load {
    const char* data = nullptr;
    std::uint64_t size = 0;    // more than 0
    std::uint64_t target = 0;  // address in the slot
};

// The root's end of a slot's window (guest/slot/slot_window.h). One process at a time gives
// commands: whoever calls what is not const holds the slot's lock.
class Window {
  public:
    // Maps `size` bytes at `address` of `path`: /dev/mem, or a file that stands for it. The address
    // is one of the device tree's: an access to any other may end this CPU. Throws Error that says
    // what to do where the kernel does not give that memory away.
    Window(const std::string& path, std::uint64_t address, std::uint64_t size);
    Window(Window&& other) noexcept;
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;
    ~Window();

    // Throws as read_status does, and for a window of another size than the stub's.
    std::optional<SlotStatus> status() const;
    std::optional<Beats> beats() const;
    void* channel() const { return at_ + RUNPHI_SLOT_CHANNEL; }
    std::uint64_t size() const { return size_; }

    // Each waits until the stub has obeyed. Throws Error: timeout if it does not answer for
    // `timeout_ms`, hypervisor if it refuses.
    void reset(int timeout_ms);
    // In as many commands as it takes.
    void load(const std::vector<Load>& loads, int timeout_ms);
    // Returns when the slot is running, or has been.
    void start(std::uint64_t entry, std::uint64_t argument, std::uint32_t run, int timeout_ms);
    // Asks the guest to end, and does not wait.
    void ask_to_stop();
    // Has the stub the CPU, and obeyed the last command? Waits for that so long.
    bool answers(int timeout_ms) const;

  private:
    volatile runphi_slot_control& control() const;
    void commit(std::uint32_t command);
    void obeyed(const char* what, int timeout_ms) const;
    void require_silence() const;

    std::uint8_t* at_ = nullptr;
    std::uint64_t size_ = 0;
};

}  // namespace runphi::bao
