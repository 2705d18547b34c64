// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runphi::sdk {

// Owns one descriptor.
class UniqueFd {
  public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) noexcept : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.fd_, -1));
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }
    int release() noexcept { return std::exchange(fd_, -1); }
    void reset(int fd = -1) noexcept {
        if (fd_ >= 0) ::close(fd_);
        fd_ = fd;
    }

  private:
    int fd_ = -1;
};

enum class State : std::int32_t {
    absent = RUNPHI_STATE_ABSENT,
    created = RUNPHI_STATE_CREATED,
    running = RUNPHI_STATE_RUNNING,
    paused = RUNPHI_STATE_PAUSED,
    stopped = RUNPHI_STATE_STOPPED,
    failed = RUNPHI_STATE_FAILED,
};

inline const char* to_string(State state) noexcept {
    switch (state) {
        case State::absent:
            return "absent";
        case State::created:
            return "created";
        case State::running:
            return "running";
        case State::paused:
            return "paused";
        case State::stopped:
            return "stopped";
        case State::failed:
            return "failed";
    }
    return "unknown";
}

// A file that the guest boots from. The descriptor is borrowed for the call.
struct Image {
    std::string role;  // "inmate", "kernel", "initrd", "dtb", "disk"
    int fd = -1;
    std::uint64_t length = 0;  // bytes
};

// One partition as the core knows it. All of it is borrowed for the call.
struct Partition {
    std::string name;         // unique on this machine, within the board's name_max
    std::string dir;          // the container's directory, absolute
    int dir_fd = -1;          // the same, opened
    std::string_view handle;  // what create returned; empty if create did not finish
    std::string_view plan;    // JSON (see Plan in plan.hpp); empty if it is lost
};

struct Probe {
    bool present = false;            // this hypervisor runs this machine and we can drive it
    std::uint64_t capabilities = 0;  // RUNPHI_CAP_*
    std::string version;             // of the hypervisor; at most 63 bytes
    std::string reason;              // what was looked at and found; at most 255 bytes
};

struct Query {
    State state = State::absent;
    std::optional<int> exit_status;  // 0 to 255, when the guest or the hypervisor told it
    std::string detail;              // the hypervisor's own words; at most 255 bytes
};

struct Listed {
    std::string name;
    State state = State::absent;
};

// What the host planned for a tool.
struct PlannedBundle {
    std::string plan;           // JSON (see Plan in plan.hpp)
    std::vector<Image> images;  // as in plan.boot.images, same order; the host's
};

// What a planning stage sees.
struct Planning {
    std::string_view board;     // JSON, schema/board.json
    std::string_view plan;      // JSON, schema/plan.json, as it stands
    std::vector<Image> images;  // as in plan.boot.images, same order
};

}  // namespace runphi::sdk
