// SPDX-License-Identifier: Apache-2.0
// Prints on descriptor 5 what a program started by spawn() sees, one fact a line; "sleep" as the
// first argument makes it wait for the end of input on descriptor 6 instead.
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

void tell_descriptors() {
    DIR* dir = ::opendir("/proc/self/fd");
    if (dir == nullptr) return;
    std::vector<int> open;
    while (const dirent* entry = ::readdir(dir)) {
        const int fd = std::atoi(entry->d_name);
        if (entry->d_name[0] != '.' && fd != ::dirfd(dir)) open.push_back(fd);
    }
    ::closedir(dir);
    std::sort(open.begin(), open.end());
    ::dprintf(5, "fds=");
    for (const int fd : open) ::dprintf(5, "%d,", fd);
    ::dprintf(5, "\n");
}

void tell_stdio() {
    struct stat null {};
    ::stat("/dev/null", &null);
    for (int fd = 0; fd < 3; ++fd) {
        struct stat status {};
        const bool is_null = ::fstat(fd, &status) == 0 && status.st_rdev == null.st_rdev;
        ::dprintf(5, "stdio%d=%s\n", fd, is_null ? "null" : "other");
    }
}

void tell_signals() {
    struct sigaction action {};
    ::sigaction(SIGUSR1, nullptr, &action);
    ::dprintf(5, "usr1=%s\n", action.sa_handler == SIG_DFL ? "default" : "other");
    sigset_t blocked;
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    ::dprintf(5, "usr2=%s\n", ::sigismember(&blocked, SIGUSR2) == 1 ? "blocked" : "open");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], "sleep") == 0) {
        char byte = 0;
        return ::read(6, &byte, 1) == 0 ? 0 : 1;
    }
    char cwd[PATH_MAX];
    tell_descriptors();
    tell_stdio();
    tell_signals();
    ::dprintf(5, "argv0=%s\nargs=%d\n", argv[0], argc - 1);
    ::dprintf(5, "cwd=%s\n", ::getcwd(cwd, sizeof cwd));
    ::dprintf(5, "leader=%d\n", ::getsid(0) == ::getpid());
    for (char** variable = environ; *variable != nullptr; ++variable) {
        ::dprintf(5, "env=%s\n", *variable);
    }
    return 42;
}
