// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/netlink.h>

#include <functional>
#include <memory>
#include <runphi/sdk.hpp>
#include <string>

namespace runphi::common {

// A conversation with the kernel about the network namespace in which it was begun.
class Rtnetlink {
  public:
    Rtnetlink();
    Rtnetlink(Rtnetlink&& other) noexcept
        : socket_(std::exchange(other.socket_, {-1, 0})), buffer_(std::move(other.buffer_)) {}
    Rtnetlink& operator=(Rtnetlink&&) = delete;
    ~Rtnetlink() { runphi_nl_disconnect(&socket_); }

    // A change. Returns 0 or an errno.
    int attempt(runphi_nl_message message);
    // The same; throws os_error(what).
    void change(const runphi_nl_message& message, const std::string& what);

    // A table, or one row of it. Returns 0 or an errno. A table that changes under the reading is
    // read again from its start: `handler` must bear to see a row twice.
    using Handler = std::function<void(const nlmsghdr*)>;
    int read(runphi_nl_message message, const Handler& handler);

  private:
    runphi_nl_socket socket_{};
    std::unique_ptr<std::uint32_t[]> buffer_;
};

}  // namespace runphi::common
