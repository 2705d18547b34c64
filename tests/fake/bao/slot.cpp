// SPDX-License-Identifier: Apache-2.0
#include "slot.hpp"

#include <algorithm>
#include <chrono>

#include "guest.hpp"

namespace fake_bao {

Slot::Slot(const runphi::bao::Slot& described, std::uint8_t* window)
    : ram_(described.ram.at(0).size, 0xa5) {
    slot_.window = window;
    slot_.window_size = described.window.size;
    slot_.return_address = described.stub.base;
    slot_.ram[0] = {{described.ram.at(0).base, ram_.size()}, ram_.data()};
    slot_.ram_count = 1;
    slot_begin(&slot_);
    thread_ = std::thread([this] { live(); });
}

Slot::~Slot() {
    quit_ = true;
    thread_.join();
}

void Slot::live() {
    while (!quit_) {
        std::unique_lock at_work(memory_);
        const bool enter = !deaf_ && slot_poll(&slot_) == SLOT_ENTER;
        at_work.unlock();
        if (enter) {
            const std::uint8_t* image = ram_.data() + (slot_.entry - slot_.ram[0].range.base);
            const slot_end end = run_guest(image, slot_.window, quit_);
            at_work.lock();
            if (!quit_) slot_resume(&slot_, &end);
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
}

bool Slot::memory_is_zero() const {
    const std::lock_guard at_rest(memory_);
    return std::all_of(ram_.begin(), ram_.end(), [](std::uint8_t one) { return one == 0; });
}

}  // namespace fake_bao
