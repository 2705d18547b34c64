// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

namespace runphi::xen {

// Reads xenstore over the daemon's socket, with a time limit for each answer: libxenstore waits for
// ever for a daemon that does not answer. The protocol is Xen's public one,
// xen/include/public/io/xs_wire.h.
class XenStore {
  public:
    // Throws Error(not_found) when nobody listens at the socket.
    static XenStore connect(const std::string& path, std::chrono::milliseconds patience);

    // The node's value; nullopt if there is no such node. Throws Error(timeout) if there is no
    // answer in time, Error(io) for an answer that is none.
    std::optional<std::string> read(const std::string& node);
    // The names of the nodes in it; none if there is no such node.
    std::vector<std::string> directory(const std::string& node);

  private:
    XenStore(sdk::UniqueFd socket, std::chrono::milliseconds patience)
        : socket_(std::move(socket)), patience_(patience) {}

    std::optional<std::string> ask(unsigned type, const std::string& node);
    std::string receive(std::size_t length, std::chrono::steady_clock::time_point until);

    sdk::UniqueFd socket_;
    std::chrono::milliseconds patience_;
    unsigned last_request_ = 0;
};

}  // namespace runphi::xen
