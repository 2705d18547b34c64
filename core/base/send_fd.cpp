// SPDX-License-Identifier: Apache-2.0
#include "core/base/send_fd.hpp"

#include <sys/socket.h>

#include <cstring>

#include "core/base/error.hpp"

namespace phi {

void send_fd(int socket, std::string message, int fd, const std::string& what) {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)]{};
    iovec part{message.data(), message.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) throw os_error(what);
}

}  // namespace phi
