// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "core/monitor/console.hpp"

namespace phi::test {

// The socket at which a client waits for a terminal (--console-socket) or a pidfd (--pidfd-socket).
class FdListener {
  public:
    explicit FdListener(std::string path)
        : path_(std::move(path)), fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(fd_.get(), 1), 0);
    }

    const std::string& path() const { return path_; }
    // The descriptor that somebody has sent, or sends.
    UniqueFd receive() const {
        const UniqueFd connection(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        return monitor::receive_terminal(connection.get());
    }

  private:
    std::string path_;
    UniqueFd fd_;
};

}  // namespace phi::test
