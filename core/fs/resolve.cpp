// SPDX-License-Identifier: Apache-2.0
#include "core/fs/resolve.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

#include "core/base/text.hpp"
#include "core/fs/walk.hpp"

namespace phi {

namespace {

std::atomic<bool> without_openat2{false};

// Seccomp filters that do not know a system call answer EPERM as often as ENOSYS. The kernel itself
// refuses these arguments with EINVAL, whatever it then could open.
bool lacks_openat2(int number) {
    if (number != ENOSYS && number != EPERM) return false;
    return ::syscall(SYS_openat2, -1, nullptr, nullptr, 0) < 0 && errno != EINVAL;
}

UniqueFd ask_kernel(int dir_fd, const char* path, int flags, std::uint64_t resolve) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
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

template <typename Kernel, typename Walk>
UniqueFd by_kernel_or(Kernel&& kernel, Walk&& walk) {
    if (!without_openat2) {
        UniqueFd fd = kernel();
        const int number = errno;
        if (fd || !lacks_openat2(number)) {
            errno = number;
            return fd;
        }
        without_openat2 = true;
    }
    return walk();
}

}  // namespace

UniqueFd open_in_root(int root_fd, const std::string& path, bool follow) {
    return by_kernel_or(
        [&] {
            return ask_kernel(root_fd, path.c_str(), follow ? O_PATH : O_PATH | O_NOFOLLOW,
                              RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        },
        [&] { return walk_in_root(root_fd, path, follow); });
}

UniqueFd open_directory_without_links(const std::string& absolute_path) {
    return by_kernel_or(
        [&] {
            return ask_kernel(AT_FDCWD, absolute_path.c_str(), O_RDONLY | O_DIRECTORY,
                              RESOLVE_NO_SYMLINKS);
        },
        [&] { return walk_without_links(absolute_path); });
}

UniqueFd open_entry(int dir_fd, const std::string& name, int flags) {
    // A crafted file system can name an entry so, and kernels before 5.4 pass the name on.
    if (name.find('/') != std::string::npos) {
        errno = EINVAL;
        return {};
    }
    return by_kernel_or(
        [&] {
            return ask_kernel(dir_fd, name.c_str(), flags | O_NOFOLLOW,
                              RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS);
        },
        [&] { return open_on_mount(dir_fd, name, flags); });
}

namespace {
UniqueFd reopen(int path_fd, int access) {
    const std::string link = text("/proc/self/fd/", path_fd);
    return UniqueFd(::open(link.c_str(), access | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}
}  // namespace

UniqueFd reopen_for_reading(int path_fd) {
    return reopen(path_fd, O_RDONLY);
}

UniqueFd reopen_for_writing(int path_fd) {
    return reopen(path_fd, O_RDWR);
}

}  // namespace phi
