// SPDX-License-Identifier: Apache-2.0
#include "lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <time.h>

#include <chrono>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

using Clock = std::chrono::steady_clock;

constexpr timespec pause_between{0, 5'000'000};

std::string path_in(std::string_view folder) {
    return std::string(folder) + "/.driver.lock";
}

bool take(int file, const std::string& path) {
    while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return false;
        if (errno != EINTR) throw sdk::os_error("lock " + path);
    }
    return true;
}

}  // namespace

bool DriverLock::is_held(std::string_view folder) {
    const std::string path = path_in(folder);
    const sdk::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    // Shared, so that those who look do not take each other for a holder.
    return file && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

DriverLock::DriverLock(std::string_view folder, int timeout_ms) {
    const std::string path = path_in(folder);
    file_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    // Without the folder no command has ever made a cell (records.hpp).
    if (!file_ && errno == ENOENT) return;
    if (!file_) throw sdk::os_error("open " + path);
    const auto end = Clock::now() + std::chrono::milliseconds(timeout_ms);
    while (!take(file_.get(), path)) {
        if (Clock::now() >= end) {
            throw Error(Code::timeout,
                        "another command has been changing cells for " +
                            std::to_string(timeout_ms) + " ms and more",
                        "its call of Jailhouse's driver hangs, or takes longer than \"timeout_ms\" "
                        "in backend_settings.jailhouse of runphi.json");
        }
        ::nanosleep(&pause_between, nullptr);
    }
}

}  // namespace runphi::jailhouse
