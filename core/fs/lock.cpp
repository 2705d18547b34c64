// SPDX-License-Identifier: Apache-2.0
#include "core/fs/lock.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"

namespace phi {

namespace {

// Who holds a flock on this file, as /proc/locks tells it: " (process 4711)"; empty if it does not.
std::string holder(int fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return {};
    const std::string inode = text(":", static_cast<std::uint64_t>(info.st_ino), " ");
    for (const std::string_view line : split(read_file("/proc/locks"), '\n')) {
        if (line.find("FLOCK") == std::string_view::npos ||
            line.find(inode) == std::string_view::npos ||
            line.find("->") != std::string_view::npos) {
            continue;
        }
        std::vector<std::string_view> fields = split(line, ' ');
        std::erase(fields, "");
        if (fields.size() > 4) return text(" (process ", fields[4], ")");
    }
    return {};
}

}  // namespace

Lock Lock::take(int dir_fd, const std::string& name, const std::string& what, Deadline deadline) {
    UniqueFd fd(::openat(dir_fd, name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) throw os_error("open lock " + name);
    // flock(2) has no time-out, and a signal to end it would be somebody else's: try, wait a little
    // longer each time.
    for (int pause_ms = 1;; pause_ms = std::min(pause_ms * 2, 50)) {
        if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return Lock(std::move(fd));
        if (errno != EWOULDBLOCK && errno != EINTR) throw os_error("lock " + name);
        if (deadline.passed()) {
            throw Error(Code::busy, what + " is locked by another process" + holder(fd.get()),
                        "wait until that one has finished");
        }
        ::poll(nullptr, 0, pause_ms);
    }
}

}  // namespace phi
