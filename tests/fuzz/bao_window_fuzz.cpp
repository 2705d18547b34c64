// SPDX-License-Identifier: Apache-2.0
#include <runphi/memory_ring.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <runphi/sdk.hpp>
#include <string>

#include "plugins/bao/channel/slot_watch.hpp"

// A slot whose stub and guest have written anything into the window: what the root believes of it
// stays within its bounds, and every command comes back.
namespace {

using namespace runphi::bao;

constexpr std::uint64_t window_size = RUNPHI_SLOT_WINDOW_MIN;

void require(bool held) {
    if (!held) std::abort();
}

// The window, and the same memory as the slot has it.
struct Shared {
    Shared() : fd(::memfd_create("window", MFD_CLOEXEC)) {
        require(::ftruncate(fd, window_size) == 0);
        void* mapped = ::mmap(nullptr, window_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        require(mapped != MAP_FAILED);
        at = static_cast<std::uint8_t*>(mapped);
    }
    std::string path() const { return "/proc/self/fd/" + std::to_string(fd); }

    int fd;
    std::uint8_t* at = nullptr;
};

class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

    void fill(std::uint8_t* to, std::size_t most) {
        const std::size_t length = std::min(most, left_);
        if (length != 0) std::memcpy(to, data_, length);
        data_ += length;
        left_ -= length;
    }
    std::uint8_t byte() {
        std::uint8_t out = 0;
        fill(&out, 1);
        return out;
    }

  private:
    const std::uint8_t* data_;
    std::size_t left_;
};

// Most inputs are to be past what tells a status from nothing.
void write_window(const Shared& shared, Input& input) {
    const std::uint8_t honest = input.byte();
    for (const auto page : {RUNPHI_SLOT_STATUS, RUNPHI_SLOT_GUEST, RUNPHI_SLOT_CONTROL}) {
        std::memset(shared.at + page, 0, RUNPHI_SLOT_PAGE);
    }
    auto& status = *reinterpret_cast<runphi_slot_status*>(shared.at + RUNPHI_SLOT_STATUS);
    auto& guest = *reinterpret_cast<runphi_slot_guest*>(shared.at + RUNPHI_SLOT_GUEST);
    auto& control = *reinterpret_cast<runphi_slot_control*>(shared.at + RUNPHI_SLOT_CONTROL);
    input.fill(shared.at + RUNPHI_SLOT_STATUS, sizeof status);
    input.fill(shared.at + RUNPHI_SLOT_GUEST, sizeof guest);
    input.fill(shared.at + RUNPHI_SLOT_CONTROL, sizeof control);
    if ((honest & 1) != 0) {
        status.magic = RUNPHI_SLOT_STATUS_MAGIC;
        status.version = RUNPHI_SLOT_VERSION;
        guest.magic = RUNPHI_SLOT_GUEST_MAGIC;
        guest.version = RUNPHI_SLOT_VERSION;
    }
    if ((honest & 2) != 0) status.window_size = window_size;
    if ((honest & 4) != 0) status.acked = control.seq;
}

template <typename F>
void allowed_to_fail(const F& f) {
    try {
        f();
    } catch (const runphi::sdk::Error& error) {
        require(!error.message().empty());
    }
}

void look(const Window& window) {
    allowed_to_fail([&] {
        if (const auto status = window.status()) {
            require(!status->ram.empty() && status->ram.size() <= RUNPHI_SLOT_RAM_MAX);
            require(!status->exit_code || (*status->exit_code >= 0 && *status->exit_code <= 255));
            require(std::string(to_string(status->state)) != "unknown");
        }
    });
    if (const auto beats = window.beats()) require(beats->interval_ms > 0);
    for (const std::uint32_t run : {1U, 0x01010101U}) {
        const auto end = end_of_run(window, {"s", "p", run, 0, 0, {}, false});
        if (!end) continue;
        require(!end->exit_status || (*end->exit_status >= 0 && *end->exit_status <= 255));
        require(!runphi::common::query_of(*end).detail.empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Shared shared;
    static Window window(shared.path(), 0, window_size);
    Input input(data, size);
    write_window(shared, input);
    look(window);
    const std::string image(100, 'i');
    switch (input.byte() % 4) {
        case 0:
            allowed_to_fail([] { window.reset(0); });
            break;
        case 1:
            allowed_to_fail([&] { window.load({{image.data(), image.size(), 0x1003}}, 0); });
            break;
        case 2:
            allowed_to_fail([] { window.start(0, 0, 1, 0); });
            break;
        default:
            allowed_to_fail([] { window.ask_to_stop(); });
    }
    look(window);
    return 0;
}
