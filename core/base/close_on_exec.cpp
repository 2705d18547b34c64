// SPDX-License-Identifier: Apache-2.0
#include "core/base/close_on_exec.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace phi {

namespace {

constexpr int first_inherited = 3;

// -1 for what is no number: "." and "..".
int number_of(const char* name) noexcept {
    int number = *name == '\0' ? -1 : 0;
    for (; *name != '\0'; ++name) {
        if (*name < '0' || *name > '9') return -1;
        number = number * 10 + (*name - '0');
    }
    return number;
}

// The kernel's own list, so that no number is left out, however high.
bool mark_each() noexcept {
    const int list = ::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (list < 0) return false;
    alignas(dirent64) char entries[4096];
    ssize_t got = 0;
    while ((got = ::getdents64(list, entries, sizeof entries)) > 0) {
        for (ssize_t at = 0; at < got;) {
            const auto* entry = reinterpret_cast<const dirent64*>(entries + at);
            const int fd = number_of(entry->d_name);
            if (fd >= first_inherited) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
            at += entry->d_reclen;
        }
    }
    ::close(list);
    return got == 0;
}

}  // namespace

// The flag is of Linux 5.11, the call of 5.9.
bool close_all_on_exec() noexcept {
    return ::syscall(SYS_close_range, first_inherited, ~0U, CLOSE_RANGE_CLOEXEC) == 0 ||
           mark_each();
}

}  // namespace phi
