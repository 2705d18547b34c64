// SPDX-License-Identifier: Apache-2.0
// Prints argv, the environment and the open descriptors, one a line, and ends with status 42.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

int main(int argc, char** argv) {
    for (int i = 0; i < argc; ++i) std::printf("arg %s\n", argv[i]);
    for (char** entry = environ; *entry != nullptr; ++entry) std::printf("env %s\n", *entry);
    for (int fd = 0; fd < 256; ++fd)
        if (::fcntl(fd, F_GETFD) >= 0) std::printf("fd %d\n", fd);
    return 42;
}
