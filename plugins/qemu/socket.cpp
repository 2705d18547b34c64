// SPDX-License-Identifier: Apache-2.0
#include "socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>

#include "files.hpp"

namespace runphi::qemu {

using sdk::UniqueFd;

namespace {

sockaddr_un address_of(int dir_fd, const char* name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(dir_fd) + "/" + name;
    if (path.size() >= sizeof address.sun_path) {
        throw sdk::Error(sdk::Code::internal, path + " does not fit a socket's address");
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

UniqueFd new_socket() {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) throw sdk::os_error("socket");
    return fd;
}

}  // namespace

UniqueFd listen_at(int dir_fd, const char* name) {
    remove_at(dir_fd, name);
    UniqueFd fd = new_socket();
    const sockaddr_un address = address_of(dir_fd, name);
    // The mode of the socket's own inode becomes the mode of the name that bind makes.
    if (::fchmod(fd.get(), 0600) != 0 ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd.get(), 4) != 0) {
        throw sdk::os_error(std::string("listen on ") + name);
    }
    return fd;
}

UniqueFd connect_at(int dir_fd, const char* name) {
    UniqueFd fd = new_socket();
    const sockaddr_un address = address_of(dir_fd, name);
    // Without this, a full queue would block for as long as QEMU does not accept.
    const int flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0) {
        throw sdk::os_error("fcntl");
    }
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == ECONNREFUSED) errno = ENOENT;  // the file is there, QEMU is not
        throw sdk::os_error(std::string("connect to QEMU's ") + name);
    }
    if (::fcntl(fd.get(), F_SETFL, flags) != 0) throw sdk::os_error("fcntl");
    return fd;
}

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
