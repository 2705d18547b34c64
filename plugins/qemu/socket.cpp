// SPDX-License-Identifier: Apache-2.0
#include "socket.hpp"

#include <poll.h>

namespace runphi::qemu {

bool wait_readable(int fd, Deadline deadline) {
    pollfd one{fd, POLLIN, 0};
    for (;;) {
        const int n = ::poll(&one, 1, deadline.poll_ms());
        if (n > 0) return true;
        if (n == 0) return false;
        if (errno != EINTR) throw sdk::os_error("poll");
    }
}

}  // namespace runphi::qemu
