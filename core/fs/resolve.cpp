// SPDX-License-Identifier: Apache-2.0
#include "core/fs/resolve.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdio>

namespace phi {

UniqueFd open_resolved(int dir_fd, const char* path, std::uint64_t flags, std::uint64_t resolve) {
    open_how how{};
    how.flags = flags | O_CLOEXEC;
    how.resolve = resolve;
    // EAGAIN: a directory on the way was moved meanwhile, and the kernel could not tell whether
    // ".." stayed inside. Somebody who moves directories for ever must not keep us here.
    for (int attempt = 0; attempt < 128; ++attempt) {
        const auto fd = ::syscall(SYS_openat2, dir_fd, path, &how, sizeof how);
        if (fd >= 0) return UniqueFd(static_cast<int>(fd));
        if (errno != EAGAIN && errno != EINTR) break;
    }
    return {};
}

UniqueFd reopen_for_reading(int path_fd) {
    char link[32];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", path_fd);
    return UniqueFd(::open(link, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

}  // namespace phi
