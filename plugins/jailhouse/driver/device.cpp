// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <iterator>
#include <runphi/sdk.hpp>

#include "node.hpp"

namespace runphi::jailhouse {

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

}  // namespace

std::unique_ptr<Device> open_device(const std::string& path) {
    DriverNode node = open_driver_node(path, O_RDWR);
    if (node.is_model) return std::make_unique<SocketDevice>(std::move(node.fd));
    return std::make_unique<DriverDevice>(std::move(node.fd));
}

}  // namespace runphi::jailhouse
