// SPDX-License-Identifier: Apache-2.0
#include "core/fs/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"

namespace phi {

namespace {

// " (pid 12)", where /proc/locks shows a holder in our pid namespace.
std::string holder(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) return {};
    char file[64];
    std::snprintf(file, sizeof file, "%02x:%02x:%llu", major(status.st_dev), minor(status.st_dev),
                  static_cast<unsigned long long>(status.st_ino));
    std::string locks;
    try {
        locks = read_file("/proc/locks");
    } catch (const Error&) {
        return {};
    }
    for (const std::string_view line : split(locks, '\n')) {
        // "1: FLOCK  ADVISORY  WRITE 1234 00:1a:5678 0 EOF"; a waiting one has "->" in place two.
        std::vector<std::string_view> fields = split(line, ' ');
        std::erase(fields, std::string_view());
        if (fields.size() < 6 || fields[1] != "FLOCK" || fields[5] != file) continue;
        const auto pid = parse_u64(fields[4]);
        if (pid && *pid > 0) return text(" (pid ", *pid, ")");
    }
    return {};
}

void pause_ms(long milliseconds) {
    const timespec span{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
    ::nanosleep(&span, nullptr);
}

// Waits for the lock by asking again: flock(2) has no timeout, and a signal that would end it
// belongs to the whole process.
void acquire(int fd, const std::string& what, const Deadline& deadline) {
    for (long wait = 1;; wait = std::min(wait * 2, 32L)) {
        if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return;
        if (errno != EWOULDBLOCK && errno != EINTR) throw os_error("lock " + what);
        const auto left = deadline.remaining_ms();
        if (left == 0) {
            throw Error(Code::busy, what + " is locked by another process" + holder(fd),
                        "wait until the other command has ended");
        }
        pause_ms(static_cast<long>(std::min<std::int64_t>(wait, left)));
    }
}

// Whether the name still means the file that we hold: its directory may have been removed, or the
// file made anew, while we waited.
bool still_named(int dir_fd, const std::string& name, int fd) {
    struct stat ours {};
    struct stat named {};
    return ::fstat(fd, &ours) == 0 &&
           ::fstatat(dir_fd, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

}  // namespace

Lock::Lock(UniqueFd fd) : fd_(std::move(fd)), owner_(::getpid()) {}

Lock& Lock::operator=(Lock&& other) noexcept {
    if (this != &other) {
        release();
        fd_ = std::move(other.fd_);
        owner_ = other.owner_;
    }
    return *this;
}

void Lock::release() noexcept {
    // Closing is not enough: a forked child has the same open file, and with it the lock.
    if (fd_ && owner_ == ::getpid()) ::flock(fd_.get(), LOCK_UN);
    fd_.reset();
}

Lock Lock::take(int dir_fd, const std::string& name, const std::string& what, Deadline deadline) {
    UniqueFd stale;
    for (;;) {
        UniqueFd file(::openat(dir_fd, name.c_str(),
                               O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
        if (!file) {
            // The directory went while we waited: with it went whatever the lock guards.
            if (errno == ENOENT && stale) return Lock(std::move(stale));
            throw os_error("open " + name);
        }
        acquire(file.get(), what, deadline);
        if (still_named(dir_fd, name, file.get())) return Lock(std::move(file));
        stale = std::move(file);
    }
}

}  // namespace phi
