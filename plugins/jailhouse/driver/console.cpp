// SPDX-License-Identifier: Apache-2.0
#include "console.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

#include "ioctl.hpp"
#include "node.hpp"

namespace runphi::jailhouse {

using sdk::UniqueFd;

namespace {

constexpr std::size_t bytes_at_once = 4096;

std::string text_of(const char* bytes, ssize_t length) {
    return {bytes, length > 0 ? static_cast<std::size_t>(length) : 0};
}

class DriverConsole : public ConsoleReader {
  public:
    explicit DriverConsole(UniqueFd fd) : fd_(std::move(fd)) {}

    std::string read() override {
        char bytes[bytes_at_once];
        return text_of(bytes, ::read(fd_.get(), bytes, sizeof bytes));
    }

    int fd() const override { return fd_.get(); }

  private:
    UniqueFd fd_;
};

// A packet that is no call asks for it, and the answer is a byte more than what there is: a packet
// of none would be the end.
class ModelConsole : public ConsoleReader {
  public:
    explicit ModelConsole(UniqueFd fd) : fd_(std::move(fd)) {}

    std::string read() override {
        const std::uint32_t ask = request::model_console;
        char bytes[bytes_at_once];
        if (::send(fd_.get(), &ask, sizeof ask, MSG_NOSIGNAL) < 0) return {};
        return text_of(bytes + 1, ::recv(fd_.get(), bytes, sizeof bytes, 0) - 1);
    }

    int fd() const override { return fd_.get(); }

  private:
    UniqueFd fd_;
};

}  // namespace

std::unique_ptr<ConsoleReader> open_console(const std::string& path) {
    DriverNode node = open_driver_node(path, O_RDONLY | O_NONBLOCK);
    if (node.is_model) return std::make_unique<ModelConsole>(std::move(node.fd));
    return std::make_unique<DriverConsole>(std::move(node.fd));
}

}  // namespace runphi::jailhouse
