// SPDX-License-Identifier: Apache-2.0
#include "bounded.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <runphi/sdk.hpp>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

using Clock = std::chrono::steady_clock;

// In the child, where only what a signal handler may call is allowed.
[[noreturn]] void make_call(Device& device, std::uint32_t request, std::vector<char>& argument,
                            int answer_fd) {
    // A child that the signals of a terminal end has not told whether the cell was made.
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGQUIT, SIG_IGN);
    int result = 0;
    do {
        result = device.call(request, argument.data(), argument.size());
    } while (result == EINTR);
    const ssize_t written = ::write(answer_fd, &result, sizeof result);
    ::_exit(written == sizeof result ? 0 : 1);
}

bool wait_readable(int fd, int timeout_ms) {
    const auto end = Clock::now() + std::chrono::milliseconds(timeout_ms);
    pollfd waiting{fd, POLLIN, 0};
    while (true) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        const int ready = ::poll(&waiting, 1, left > 0 ? static_cast<int>(left) : 0);
        if (ready > 0) return true;
        if (ready == 0) return false;
        if (errno != EINTR) throw sdk::os_error("poll");
    }
}

void reap(pid_t child) {
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace

std::optional<int> call_bounded(Device& device, std::uint32_t request, std::vector<char>& argument,
                                int timeout_ms) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw sdk::os_error("pipe");
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) throw sdk::os_error("fork");
    if (child == 0) make_call(device, request, argument, writer.get());
    writer.reset();
    if (!wait_readable(reader.get(), timeout_ms)) {
        // It waits for the driver's lock, and goes; or it is in the hypervisor, and stays. Nobody
        // can wait for that, and whoever inherits it reaps it.
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, WNOHANG);
        return std::nullopt;
    }
    int result = 0;
    const bool told = ::read(reader.get(), &result, sizeof result) == sizeof result;
    reap(child);
    if (!told) throw Error(Code::internal, "the process that called Jailhouse's driver died");
    return result;
}

}  // namespace runphi::jailhouse
