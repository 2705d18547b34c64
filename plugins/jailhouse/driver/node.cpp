// SPDX-License-Identifier: Apache-2.0
#include "node.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

UniqueFd connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        throw sdk::os_error("connect to " + path, ENAMETOOLONG);
    std::copy(path.begin(), path.end(), address.sun_path);
    UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (!fd ||
        ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw sdk::os_error("connect to " + path);
    }
    return fd;
}

}  // namespace

DriverNode open_driver_node(const std::string& path, int flags) {
    struct stat is {};
    if (::stat(path.c_str(), &is) != 0) {
        const int number = errno;
        throw Error(sdk::errno_code(number), "open " + path + ": " + sdk::errno_text(number),
                    "is the kernel module jailhouse loaded?", number);
    }
    if (S_ISSOCK(is.st_mode)) {
        if (is.st_uid != 0 || (is.st_mode & 022U) != 0) {
            throw Error(Code::denied, path +
                                          ": a socket must belong to root, and nobody else may "
                                          "write it");
        }
        return {connect_to(path), true};
    }
    if (!S_ISCHR(is.st_mode)) throw Error(Code::invalid, path + " is no character device");
    UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY));
    if (!fd) throw sdk::os_error("open " + path);
    return {std::move(fd), false};
}

}  // namespace runphi::jailhouse
