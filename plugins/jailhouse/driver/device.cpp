// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <algorithm>
#include <runphi/sdk.hpp>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

class DriverDevice : public Device {
  public:
    explicit DriverDevice(UniqueFd fd) : fd_(std::move(fd)) {}

    int call(std::uint32_t request, void* argument, std::size_t) noexcept override {
        return ::ioctl(fd_.get(), request, argument) < 0 ? errno : 0;
    }

  private:
    UniqueFd fd_;
};

// One packet a call: the request and the argument as it is, with its addresses, which the model
// follows in our memory as the driver does; the answer is the errno.
class SocketDevice : public Device {
  public:
    explicit SocketDevice(UniqueFd fd) : fd_(std::move(fd)) {}

    int call(std::uint32_t request, void* argument, std::size_t size) noexcept override {
        const iovec parts[] = {{&request, sizeof request}, {argument, size}};
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(parts);
        message.msg_iovlen = std::size(parts);
        if (::sendmsg(fd_.get(), &message, MSG_NOSIGNAL) < 0) return errno;
        std::int32_t answer = 0;
        ssize_t got = 0;
        do {
            got = ::recv(fd_.get(), &answer, sizeof answer, 0);
        } while (got < 0 && errno == EINTR);
        if (got < 0) return errno;
        return got == sizeof answer ? answer : EPIPE;
    }

  private:
    UniqueFd fd_;
};

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

std::unique_ptr<Device> open_device(const std::string& path) {
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
        return std::make_unique<SocketDevice>(connect_to(path));
    }
    if (!S_ISCHR(is.st_mode)) throw Error(Code::invalid, path + " is no character device");
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!fd) throw sdk::os_error("open " + path);
    return std::make_unique<DriverDevice>(std::move(fd));
}

}  // namespace runphi::jailhouse
