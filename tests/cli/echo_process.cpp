// SPDX-License-Identifier: Apache-2.0
// Prints all that a program inherits, one thing a line: argv, the environment, the open
// descriptors, the working directory, the umask, which signals are blocked and which ignored. Then,
// by the environment, it copies its standard input (ECHO_INPUT), or waits for SIGUSR1 and tells
// that it came (ECHO_WAIT), or dies of SIGTERM (ECHO_DIE).
#include "echo_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>

namespace {

void print_signals() {
    sigset_t blocked;
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    for (int number = 1; number < NSIG; ++number) {
        if (sigismember(&blocked, number) == 1) std::printf("blocked %d\n", number);
        struct sigaction action {};
        if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
            std::printf("ignored %d\n", number);
    }
}

void wait_for_usr1() {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
    std::printf("waiting %d\n", static_cast<int>(::getpid()));
    std::fflush(stdout);
    int got = 0;
    ::sigwait(&wanted, &got);
    std::printf("signal %d\n", got);
}

void copy_input() {
    for (int byte = std::getchar(); byte != EOF; byte = std::getchar()) std::putchar(byte);
}

}  // namespace

int main(int argc, char** argv) {
    for (int fd = 0; fd < 256; ++fd)
        if (::fcntl(fd, F_GETFD) >= 0) std::printf("fd %d\n", fd);
    for (int i = 0; i < argc; ++i) std::printf("arg %s\n", argv[i]);
    for (char** entry = environ; *entry != nullptr; ++entry) std::printf("env %s\n", *entry);
    char cwd[PATH_MAX];
    if (::getcwd(cwd, sizeof cwd) != nullptr) std::printf("cwd %s\n", cwd);
    std::printf("umask %04o\n", static_cast<unsigned>(::umask(0)));
    print_signals();
    if (std::getenv("ECHO_INPUT") != nullptr) copy_input();
    if (std::getenv("ECHO_WAIT") != nullptr) wait_for_usr1();
    std::fflush(stdout);
    if (std::getenv("ECHO_DIE") != nullptr) ::raise(SIGTERM);
    return phi::test::echo_status;
}
