// SPDX-License-Identifier: Apache-2.0
#include "hang_up.hpp"

#include <poll.h>
#include <sys/socket.h>

namespace runphi::common {

sdk::UniqueFd hung_up() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        throw sdk::os_error("socketpair");
    }
    const sdk::UniqueFd other(ends[1]);
    return sdk::UniqueFd(ends[0]);
}

bool is_hung_up(int fd) {
    pollfd one{fd, 0, 0};
    return ::poll(&one, 1, 0) > 0 && (one.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace runphi::common
