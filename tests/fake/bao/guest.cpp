// SPDX-License-Identifier: Apache-2.0
#include "guest.hpp"

#include <runphi/memory_ring.h>

#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>

namespace fake_bao {

namespace {

slot_end returns(std::uint64_t status) {
    return {false, status, RUNPHI_SLOT_RETURN_EXIT, 0, 0, 0};
}

class Guest {
  public:
    Guest(std::uint8_t* window, const std::atomic<bool>& quit) : window_(window), quit_(quit) {
        if (runphi_memory_is_channel(window + RUNPHI_SLOT_CHANNEL)) {
            runphi_memory_begin_guest(&channel_, window + RUNPHI_SLOT_CHANNEL);
        }
    }

    void say(std::string_view text) {
        if (channel_.mine != nullptr) {
            runphi_memory_send(&channel_, RUNPHI_MEMORY_CONSOLE, text.data(),
                               static_cast<std::uint32_t>(text.size()));
        }
    }
    void beat() {
        auto& page = *reinterpret_cast<volatile runphi_slot_guest*>(window_ + RUNPHI_SLOT_GUEST);
        page.version = RUNPHI_SLOT_VERSION;
        page.interval_ms = 10;
        page.beats = page.beats + 1;
        runphi_memory_barrier();
        page.magic = RUNPHI_SLOT_GUEST_MAGIC;
    }
    bool is_stopped() const {
        const auto& control =
            *reinterpret_cast<volatile runphi_slot_control*>(window_ + RUNPHI_SLOT_CONTROL);
        const auto& status =
            *reinterpret_cast<volatile runphi_slot_status*>(window_ + RUNPHI_SLOT_STATUS);
        return control.seq != status.acked && control.command == RUNPHI_SLOT_STOP;
    }
    void echo() {
        while (!quit_ && !is_stopped()) {
            char bytes[64];
            const std::uint32_t got =
                runphi_memory_take(&channel_, RUNPHI_MEMORY_CONSOLE, bytes, sizeof bytes);
            say({bytes, got});
            beat();
            pause();
        }
    }
    void spin() const {
        while (!quit_) pause();
    }

  private:
    static void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

    std::uint8_t* window_;
    const std::atomic<bool>& quit_;
    runphi_memory_end channel_{};
};

}  // namespace

slot_end run_guest(const std::uint8_t* image, std::uint8_t* window, const std::atomic<bool>& quit) {
    const std::string_view script = reinterpret_cast<const char*>(image);
    Guest guest(window, quit);
    if (script == "return") return {};
    if (script == "crash") return {true, 0, 0, 0x02000000, 0x40000000, 0};
    guest.say("hello from a slot\n");
    if (script == "spin") guest.spin();
    if (script == "mute") {
        guest.beat();
        guest.spin();
    }
    if (script == "echo") {
        guest.echo();
        return returns(143);
    }
    return returns(script.starts_with("exit ") ? std::strtoul(&script[5], nullptr, 10) : 99);
}

}  // namespace fake_bao
