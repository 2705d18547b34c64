// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <runphi/sdk/error.hpp>
#include <runphi/sdk/values.hpp>

#include <cstring>
#include <string>

// For backends whose processes are reached by sockets: not part of runphi/sdk.hpp.
//
// Unix sockets in a directory that is known by its descriptor, as a partition's is: they are named
// /proc/self/fd/N/NAME, because the directory's own path may be longer than sun_path (108 bytes).
namespace runphi::sdk {

namespace detail {

inline sockaddr_un socket_address(int dir_fd, const char* name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(dir_fd) + "/" + name;
    if (path.size() >= sizeof address.sun_path) {
        throw Error(Code::internal, path + " does not fit a socket's address");
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

inline UniqueFd stream_socket() {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) throw os_error("socket");
    return fd;
}

}  // namespace detail

// A listening stream socket, mode 0600 from the moment that it exists; an older one of the name is
// replaced. A process that inherits it already bound can be connected to as soon as it runs, and
// needs no right to the directory.
inline UniqueFd listen_at(int dir_fd, const char* name) {
    if (::unlinkat(dir_fd, name, 0) != 0 && errno != ENOENT) {
        throw os_error(std::string("remove ") + name);
    }
    UniqueFd fd = detail::stream_socket();
    const sockaddr_un address = detail::socket_address(dir_fd, name);
    // The mode of the socket's own inode becomes the mode of the name that bind makes.
    if (::fchmod(fd.get(), 0600) != 0 ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd.get(), 4) != 0) {
        throw os_error(std::string("listen on ") + name);
    }
    return fd;
}

// `whose` names the listener in messages: "QEMU". Throws Error(not_found) when nobody listens,
// Error(no_resource) when too many wait already.
inline UniqueFd connect_at(int dir_fd, const char* name, const char* whose) {
    UniqueFd fd = detail::stream_socket();
    const sockaddr_un address = detail::socket_address(dir_fd, name);
    // Without this, a full queue would block for as long as the listener does not accept.
    const int flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0) {
        throw os_error("fcntl");
    }
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == ECONNREFUSED) errno = ENOENT;  // the file is there, its listener is not
        throw os_error(std::string("connect to ") + whose + "'s " + name);
    }
    if (::fcntl(fd.get(), F_SETFL, flags) != 0) throw os_error("fcntl");
    return fd;
}

}  // namespace runphi::sdk
