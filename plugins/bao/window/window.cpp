// SPDX-License-Identifier: Apache-2.0
#include "window.hpp"

#include <fcntl.h>
#include <runphi/memory_ring.h>
#include <sys/mman.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <runphi/sdk.hpp>
#include <utility>

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

using Clock = std::chrono::steady_clock;

// The stub looks about once in a millisecond.
constexpr timespec pause_between{0, 1'000'000};

std::string hex(std::uint64_t number) {
    char out[19];
    std::snprintf(out, sizeof out, "0x%" PRIx64, number);
    return out;
}

}  // namespace

Window::Window(const std::string& path, std::uint64_t address, std::uint64_t size) : size_(size) {
    if (size < RUNPHI_SLOT_WINDOW_MIN || size > RUNPHI_SLOT_WINDOW_MAX ||
        size % RUNPHI_SLOT_PAGE != 0 || address % RUNPHI_SLOT_PAGE != 0 ||
        address + size < address) {
        throw Error(Code::invalid, "a slot's window of " + std::to_string(size) + " bytes at " +
                                       hex(address) + ": whole pages, at least " +
                                       std::to_string(RUNPHI_SLOT_WINDOW_MIN) + " bytes");
    }
    // O_SYNC: without caches, as the stub has it.
    const sdk::UniqueFd fd(::open(path.c_str(), O_RDWR | O_SYNC | O_CLOEXEC | O_NOCTTY));
    if (!fd) throw sdk::os_error("open " + path);
    void* at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(),
                      static_cast<off_t>(address));
    if (at == MAP_FAILED) {
        const int number = errno;
        throw Error(sdk::errno_code(number),
                    "map the slot's window, " + hex(address) + " in " + path + ": " +
                        sdk::errno_text(number),
                    number == EPERM ? "the kernel must have CONFIG_DEVMEM and be without lockdown, "
                                      "and must not use this memory itself: see /proc/iomem"
                                    : "",
                    number);
    }
    at_ = static_cast<std::uint8_t*>(at);
}

Window::Window(Window&& other) noexcept
    : at_(std::exchange(other.at_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Window::~Window() {
    if (at_ != nullptr) ::munmap(at_, size_);
}

volatile runphi_slot_control& Window::control() const {
    return *reinterpret_cast<volatile runphi_slot_control*>(at_ + RUNPHI_SLOT_CONTROL);
}

std::optional<SlotStatus> Window::status() const {
    auto out =
        read_status(*reinterpret_cast<volatile runphi_slot_status*>(at_ + RUNPHI_SLOT_STATUS));
    if (!out || out->window_size == size_) return out;
    throw Error(Code::hypervisor,
                "the slot's window has " + std::to_string(size_) + " bytes here, and " +
                    std::to_string(out->window_size) + " for its stub",
                "the table of slots is not that of the layout that was booted");
}

std::optional<Beats> Window::beats() const {
    return read_beats(*reinterpret_cast<volatile runphi_slot_guest*>(at_ + RUNPHI_SLOT_GUEST));
}

// ---- commands

void Window::commit(std::uint32_t command) {
    volatile runphi_slot_control& control = this->control();
    control.version = RUNPHI_SLOT_VERSION;
    control.command = command;
    control.magic = RUNPHI_SLOT_CONTROL_MAGIC;
    runphi_memory_barrier();
    control.seq = control.seq + 1;
    runphi_memory_barrier();
}

bool Window::answers(int timeout_ms) const {
    const auto end = Clock::now() + std::chrono::milliseconds(timeout_ms);
    while (true) {
        const auto now = status();
        if (now && now->acked == control().seq) return true;
        if (Clock::now() >= end) return false;
        ::nanosleep(&pause_between, nullptr);
    }
}

void Window::obeyed(const char* what, int timeout_ms) const {
    if (!answers(timeout_ms)) {
        throw Error(Code::timeout, std::string("the slot's stub has not answered to ") + what +
                                       " for " + std::to_string(timeout_ms) + " ms");
    }
    const auto now = status();
    if (!now) throw Error(Code::hypervisor, "the slot's status page is gone");
    if (now->result == RUNPHI_SLOT_OK) return;
    throw Error(Code::hypervisor, std::string("the slot's stub refuses to ") + what + ": " +
                                      result_text(now->result));
}

// What an unanswered command points to must not change.
void Window::require_silence() const {
    if (answers(0)) return;
    throw Error(Code::busy, "the slot's stub has not answered to an earlier command");
}

void Window::reset(int timeout_ms) {
    require_silence();
    commit(RUNPHI_SLOT_RESET);
    obeyed("reset", timeout_ms);
}

void Window::load(const std::vector<Load>& loads, int timeout_ms) {
    const std::uint64_t room = size_ - RUNPHI_SLOT_STAGING;
    for (const Load& one : loads) {
        for (std::uint64_t done = 0; done < one.size;) {
            require_silence();
            // The stub copies fastest where both sides are aligned alike.
            const std::uint64_t offset = (one.target + done) % 8;
            const auto part = static_cast<std::uint32_t>(std::min(one.size - done, room - offset));
            runphi_memory_write(at_ + RUNPHI_SLOT_STAGING + offset,
                                reinterpret_cast<const std::uint8_t*>(one.data + done), part);
            volatile runphi_slot_control& control = this->control();
            control.offset = offset;
            control.size = part;
            control.target = one.target + done;
            commit(RUNPHI_SLOT_LOAD);
            obeyed("load", timeout_ms);
            done += part;
        }
    }
}

void Window::start(std::uint64_t entry, std::uint64_t argument, std::uint32_t run, int timeout_ms) {
    require_silence();
    volatile runphi_slot_control& control = this->control();
    control.entry = entry;
    control.argument = argument;
    control.run = run;
    commit(RUNPHI_SLOT_START);
    obeyed("start", timeout_ms);
}

void Window::ask_to_stop() {
    if (!answers(0) && control().command == RUNPHI_SLOT_STOP) return;  // it stands there
    require_silence();
    commit(RUNPHI_SLOT_STOP);
}

}  // namespace runphi::bao
