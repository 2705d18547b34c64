// SPDX-License-Identifier: Apache-2.0
#include "guest/phi-init/path.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace {

// What `check` returns in a process that begins without standard descriptors, as process 1 does
// where the kernel could not open a console.
template <typename Check>
int without_stdio(const Check& check) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        for (int fd = 0; fd <= STDERR_FILENO; ++fd) ::close(fd);
        ::_exit(check());
    }
    int status = -1;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(GuestPath, ADirectoryIsNeverAStandardDescriptor) {
    EXPECT_EQ(without_stdio([] {
                  const int first = phi_open_directory("/proc"),
                            second = phi_open_directory("/sys");
                  if (first <= STDERR_FILENO || second <= STDERR_FILENO || first == second)
                      return 1;
                  for (int fd = 0; fd <= STDERR_FILENO; ++fd) {
                      if (::fcntl(fd, F_GETFD) != -1) return 2;
                  }
                  if ((::fcntl(first, F_GETFD) & FD_CLOEXEC) == 0) return 3;
                  size_t length = 0;
                  return phi_read_file(first, "cmdline", 65536, &length) != nullptr ? 0 : 4;
              }),
              0);
}

TEST(GuestPath, WhatIsNoDirectoryIsTold) {
    errno = 0;
    EXPECT_LT(phi_open_directory("/proc/cmdline"), 0);
    EXPECT_EQ(errno, ENOTDIR);
}

}  // namespace
